import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net'
import { describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { askPeer, PeerRequestError, type PeerRequestErrorCode } from '../../../src/io/index.ts'

const HOST = '127.0.0.1'

async function listening(
  server: Server,
): Promise<Server & AsyncDisposable & { readonly at: { host: string; port: number } }> {
  server.listen(0, HOST)
  await once(server, 'listening')
  const dispose = async (): Promise<void> => {
    if ('closeAllConnections' in server) (server as ReturnType<typeof createServer>).closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  const { port } = server.address() as AddressInfo
  return Object.assign(server, { at: { host: HOST, port }, [Symbol.asyncDispose]: dispose })
}

const serving = (listener: RequestListener) => listening(createServer(listener))

const ask = (address: { host: string; port: number }, more: Partial<Parameters<typeof askPeer>[2]> = {}) =>
  askPeer(address, '/manifests/x', {
    userAgent: 'swarmd/1',
    timeoutMs: 30_000,
    maxBytes: 1000,
    signal: new AbortController().signal,
    ...more,
  })

const fails = (code: PeerRequestErrorCode) => (error: unknown) =>
  error instanceof PeerRequestError && error.code === code

describe('a question to a peer', { timeout: 60_000 }, () => {
  it('is a GET with nothing in it but the path, and the answer is status and body', async () => {
    let seen: IncomingMessage | undefined
    await using peer = await serving((request, response) => {
      seen = request
      response.writeHead(404).end('nothing')
    })
    assert.deepEqual(await ask(peer.at), { status: 404, body: Buffer.from('nothing') })
    assert.deepEqual([seen?.method, seen?.url], ['GET', '/manifests/x'])
    assert.deepEqual(Object.keys(seen?.headers ?? {}).toSorted(), ['accept', 'connection', 'host', 'user-agent'])
  })

  it('goes nowhere when sent on', async () => {
    let visits = 0
    await using peer = await serving((_request, response) => {
      visits++
      response.writeHead(302, { location: '/elsewhere' }).end()
    })
    assert.equal((await ask(peer.at)).status, 302)
    assert.equal(visits, 1)
  })

  it('is not put to addresses where no peer can be', async () => {
    for (const host of [
      '169.254.169.254',
      'fe80::1',
      '0.0.0.0',
      '224.0.0.1',
      '255.255.255.255',
      '::',
      'fd00:ec2::254',
      '::ffff:169.254.169.254',
      '::ffff:a9fe:a9fe',
      '::169.254.169.254',
      'fe80::1%lo',
      'fd00:0ec2:0::0254',
      '127.1',
      'name',
    ])
      await assert.rejects(ask({ host, port: 5000 }), fails('address-denied'), host)
  })

  it('takes no more bytes than it may, whether they are announced or not', async () => {
    for (const announced of [true, false]) {
      await using peer = await serving((_request, response) => {
        if (announced) response.setHeader('content-length', 1001)
        response.end(Buffer.alloc(1001))
      })
      await assert.rejects(ask(peer.at), fails('too-large'))
      assert.equal((await ask(peer.at, { maxBytes: 1001 })).body.length, 1001)
    }
  })

  it('unpacks nothing', async () => {
    await using peer = await serving((_request, response) => {
      response.setHeader('content-encoding', 'gzip')
      response.end(gzipSync('x'))
    })
    await assert.rejects(ask(peer.at), fails('packed'))
  })

  it('is given up when there is no whole answer in time, and when it is called off', async () => {
    await using peer = await serving((_request, response) => void response.write('{'))
    await assert.rejects(ask(peer.at, { timeoutMs: 100 }), fails('timeout'))
    const calledOff = new AbortController()
    const asking = ask(peer.at, { signal: calledOff.signal })
    calledOff.abort()
    await assert.rejects(asking, fails('aborted'))
    await assert.rejects(ask(peer.at, { signal: calledOff.signal }), fails('aborted'))
  })

  it('to nobody, or to what speaks no HTTP, has no answer', async () => {
    await assert.rejects(ask({ host: HOST, port: 1 }), fails('unreachable'))
    await using rude = await listening(
      createTcpServer((socket) =>
        socket
          .on('error', () => {})
          .resume()
          .end('SSH-2.0-x\r\n'),
      ),
    )
    await assert.rejects(ask(rude.at), fails('unreachable'))
    await using chatty = await listening(
      createTcpServer((socket) =>
        socket
          .on('error', () => {})
          .resume()
          .end(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`),
      ),
    )
    await assert.rejects(ask(chatty.at), fails('unreachable'))
  })

  it('to who wants to speak something else from now on has no answer', async () => {
    await using upgraded = await listening(
      createTcpServer((socket) => {
        socket.on('error', () => {}).resume()
        socket.write('HTTP/1.1 101 Hi\r\nConnection: Upgrade\r\nUpgrade: bittorrent\r\n\r\n')
      }),
    )
    await assert.rejects(ask(upgraded.at), fails('unreachable'))
  })
})
