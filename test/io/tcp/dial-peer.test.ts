import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { ClientPorts } from '../../../src/io/tcp/client-ports.ts'
import { DialError, dialPeer } from '../../../src/io/tcp/dial-peer.ts'
import type { DialErrorCode, DialOptions } from '../../../src/io/tcp/dial-peer.ts'
import { encodeHandshake } from '../../../src/protocol/index.ts'
import {
  anyPort,
  connectSocket,
  listenForPeers,
  OTHER_TORRENT,
  OUR_HANDSHAKE,
  serveSockets,
  THEIR_HANDSHAKE,
} from './peer-ends.ts'
import { RecordingSink } from './recording-sink.ts'

const to = (port: number, changes: Partial<DialOptions> = {}): DialOptions => ({
  address: { host: '127.0.0.1', port },
  ours: THEIR_HANDSHAKE,
  clientPorts: anyPort(),
  ...changes,
})

const failsWith = async (code: DialErrorCode, options: DialOptions): Promise<void> => {
  await assert.rejects(dialPeer(options), (error) => error instanceof DialError && error.code === code)
}

/** Listens at ports next to each other, so that nobody else does. */
async function occupyPorts(
  t: TestContext,
  count: number,
): Promise<{ first: number; free: (port: number) => Promise<void> }> {
  for (let first = 20_000 + (process.pid % 10_000); ; first += count) {
    const servers = await Promise.all(
      Array.from({ length: count }, async (_, at) => {
        const server = createServer().listen(first + at)
        await once(server, 'listening').catch(() => {})
        return server
      }),
    )
    const closeAll = (): void => servers.forEach((server) => server.close())
    if (!servers.every((server) => server.listening)) {
      closeAll()
      continue
    }
    t.after(closeAll)
    const free = (port: number): Promise<void> => new Promise((done) => servers[port - first]?.close(() => done()))
    return { first, free }
  }
}

test('connections leave from the client ports in turn, and busy ones are skipped', async (t) => {
  const { port } = await listenForPeers(t)
  const { first, free } = await occupyPorts(t, 5)
  await free(first + 1)
  await free(first + 3)
  const clientPorts = new ClientPorts({ first, last: first + 4 })
  const one = await dialPeer(to(port, { clientPorts }))
  const two = await dialPeer(to(port, { clientPorts }))
  assert.deepEqual([one.local.port, two.local.port], [first + 1, first + 3])
  one.close()
  two.close()
})

test('when every client port is in use the code is no-client-port', async (t) => {
  const { port } = await listenForPeers(t)
  const { first } = await occupyPorts(t, 3)
  const clientPorts = new ClientPorts({ first, last: first + 2 })
  await failsWith('no-client-port', to(port, { clientPorts }))
  while (clientPorts.held > 0) await new Promise(setImmediate)
})

test('a client port is held until its connection is closed', async (t) => {
  const { port } = await listenForPeers(t)
  const { first, free } = await occupyPorts(t, 1)
  await free(first)
  const clientPorts = new ClientPorts({ first, last: first })
  const connection = await dialPeer(to(port, { clientPorts }))
  await failsWith('no-client-port', to(port, { clientPorts }))
  connection.close()
  while (clientPorts.held > 0) await new Promise(setImmediate)
})

test('a port where nobody listens refuses the connection', async (t) => {
  const { first, free } = await occupyPorts(t, 1)
  await free(first)
  await failsWith('connection-refused', to(first))
})

test('a client port that is dialled from itself is not taken for a peer', async (t) => {
  const { first, free } = await occupyPorts(t, 1)
  await free(first)
  await failsWith('connection-refused', to(first, { clientPorts: new ClientPorts({ first, last: first }) }))
})

test('a machine that does not answer is given up at the deadline', { timeout: 120_000 }, async (t) => {
  // A stopped process: the system accepts for it until its queue is full, and then drops what comes.
  const program =
    "require('net').createServer().listen({port:0,host:'127.0.0.1',backlog:1},function(){console.log(this.address().port)})"
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => child.kill('SIGKILL'))
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  child.kill('SIGSTOP')
  const port = Number(line.toString())
  await connectSocket(t, port)
  await connectSocket(t, port)
  await failsWith('timeout', to(port, { connectTimeoutMs: 100, handshakeTimeoutMs: 20_000 }))
})

test('a peer that accepts and says nothing is given up at the deadline', async (t) => {
  const port = await serveSockets(t, () => {})
  await failsWith('timeout', to(port, { handshakeTimeoutMs: 50 }))
})

test('a peer that says its handshake byte by byte is understood', async (t) => {
  const port = await serveSockets(t, (socket) => {
    socket.setNoDelay(true)
    const bytes = encodeHandshake(OUR_HANDSHAKE)
    let at = 0
    const step = (): void => {
      if (at < bytes.length) socket.write(bytes.subarray(at, ++at), () => setImmediate(step))
    }
    step()
  })
  const connection = await dialPeer(to(port))
  assert.deepEqual(connection.handshake, OUR_HANDSHAKE)
  connection.close()
})

test('a peer with another torrent is refused', async (t) => {
  const port = await serveSockets(t, (socket) => socket.write(encodeHandshake(OTHER_TORRENT)))
  await failsWith('wrong-info-hash', to(port))
})

test('what is no handshake is refused at its first wrong byte', async (t) => {
  const port = await serveSockets(t, (socket) => socket.write('\x13BitTorrent portocol', 'latin1'))
  await failsWith('bad-handshake', to(port, { handshakeTimeoutMs: 20_000 }))
})

test('a peer that leaves before its handshake has closed the connection', async (t) => {
  const { port } = await listenForPeers(t)
  await failsWith('closed', to(port, { ours: OTHER_TORRENT }))
})

test('a signal calls the dialling off, before and while it goes on', async (t) => {
  const port = await serveSockets(t, () => abort.abort())
  const abort = new AbortController()
  await failsWith('aborted', to(port, { signal: abort.signal }))
  await failsWith('aborted', to(port, { signal: abort.signal }))
})

test('what is no address of a peer is not dialled: no name is looked up', async () => {
  for (const address of [
    { host: 'localhost', port: 5000 },
    { host: '127.1', port: 5000 },
    { host: '127.0.0.1', port: 0 },
    { host: '127.0.0.1', port: 65536 },
  ]) {
    await failsWith('unreachable', to(0, { address }))
  }
})

test('a connection lives on when the signal it was dialled with is raised', async (t) => {
  const { port, next } = await listenForPeers(t)
  const abort = new AbortController()
  const accepted = next()
  const connection = await dialPeer(to(port, { signal: abort.signal }))
  abort.abort()
  const sink = new RecordingSink(await accepted)
  connection.send(Buffer.alloc(4))
  connection.flush()
  assert.deepEqual(await sink.next(), { type: 'keep-alive' })
  connection.close()
})
