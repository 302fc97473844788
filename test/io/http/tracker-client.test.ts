import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { gzipSync } from 'node:zlib'
import { announceOverHttp } from '../../../src/io/http/tracker-client.ts'
import type { TrackerClientOptions } from '../../../src/io/http/tracker-client.ts'
import { TrackerClientError } from '../../../src/io/http/tracker-client-error.ts'
import type { TrackerClientErrorCode } from '../../../src/io/http/tracker-client-error.ts'

const OPTIONS: TrackerClientOptions = { userAgent: 'swarmd/test' }

async function listen(t: TestContext, server: Server, host = '127.0.0.1'): Promise<number> {
  server.listen(0, host)
  await once(server, 'listening')
  t.after(() => server.close())
  return (server.address() as AddressInfo).port
}

/** A tracker at 127.0.0.1. @returns its base URL, and what it was asked. */
async function serve(
  t: TestContext,
  answer: RequestListener,
): Promise<{ base: string; port: number; asked: IncomingMessage[] }> {
  const asked: IncomingMessage[] = []
  const server = createServer((request, response) => {
    asked.push(request)
    answer(request, response)
  })
  t.after(() => server.closeAllConnections())
  const port = await listen(t, server)
  return { base: `http://127.0.0.1:${port}`, port, asked }
}

/** However they end. */
async function allClosed(asked: readonly IncomingMessage[]): Promise<void> {
  for (const { socket } of asked) {
    if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve))
  }
}

async function failsWith(
  code: TrackerClientErrorCode,
  url: string,
  options: Partial<TrackerClientOptions> = {},
): Promise<void> {
  await assert.rejects(
    announceOverHttp(url, { ...OPTIONS, ...options }),
    (error) => error instanceof TrackerClientError && error.code === code,
    `${url} fails with ${code}`,
  )
}

test("the tracker gets the URL's bytes as they are, and its answer comes back", async (t) => {
  const { base, asked } = await serve(t, (_request, response) => response.end('d8:intervali30ee'))
  const url = `${base}/announce?key=a&info_hash=%00%ff%2B%20~&peer_id=-SW%00`
  assert.equal((await announceOverHttp(url, OPTIONS)).toString(), 'd8:intervali30ee')
  const [request] = asked
  assert.equal(request?.url, '/announce?key=a&info_hash=%00%ff%2B%20~&peer_id=-SW%00')
  assert.equal(request?.headers['user-agent'], 'swarmd/test')
})

test('a packed answer is unpacked', async (t) => {
  const { base } = await serve(t, (_request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('de'))
  })
  assert.equal((await announceOverHttp(`${base}/announce`, OPTIONS)).toString(), 'de')
})

test('an answer over the limit is cut off: plain, endless, or packed small', async (t) => {
  const bomb = gzipSync(Buffer.alloc(10 * 1024 * 1024))
  const { base, asked } = await serve(t, (request, response) => {
    if (request.url === '/announce/packed') response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb)
    else if (request.url === '/announce/plain') response.end(Buffer.alloc(1024 * 1024 + 1))
    else {
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65536)));
      }
      response.on('drain', more)
      more()
    }
  })
  for (const kind of ['packed', 'plain', 'endless']) await failsWith('too-large', `${base}/announce/${kind}`)
  await allClosed(asked)
})

test('an answer that is exactly as long as the limit is read', async (t) => {
  const { base } = await serve(t, (_request, response) => response.end('12345'))
  const url = `${base}/announce`
  assert.equal((await announceOverHttp(url, { ...OPTIONS, maxBytes: 5 })).length, 5)
  await failsWith('too-large', url, { maxBytes: 4 })
})

test('what is no whole and plain answer has its code', async (t) => {
  const { base } = await serve(t, (request, response) => {
    if (request.url === '/announce/404') response.writeHead(404).end('no')
    else if (request.url === '/announce/brotli') response.writeHead(200, { 'content-encoding': 'br' }).end('x')
    else if (request.url === '/announce/torn') response.writeHead(200, { 'content-encoding': 'gzip' }).end('x')
    else {
      response.writeHead(200, { 'content-length': 10 }).write('half')
      setImmediate(() => response.destroy())
    }
  })
  await failsWith('http-status', `${base}/announce/404`)
  await failsWith('bad-encoding', `${base}/announce/brotli`)
  await failsWith('bad-encoding', `${base}/announce/torn`)
  await failsWith('closed', `${base}/announce/half`)
})

test('a tracker that is slow, at any point, is given up at the deadline', async (t) => {
  const { base, asked } = await serve(t, (request, response) => {
    if (request.url === '/announce/half') response.writeHead(200, { 'content-length': 10 }).write('half')
  })
  await failsWith('timeout', `${base}/announce/silent`, { timeoutMs: 50 })
  await failsWith('timeout', `${base}/announce/half`, { timeoutMs: 50 })
  await failsWith('timeout', 'http://tracker.test/announce', { timeoutMs: 50, resolve: () => new Promise(() => {}) })
  await allClosed(asked)
})

test('a signal calls it off', async (t) => {
  const abort = new AbortController()
  const { base } = await serve(t, () => abort.abort())
  await failsWith('aborted', `${base}/announce`, { signal: abort.signal })
  await failsWith('aborted', `${base}/announce`, { signal: abort.signal })
})

test('a port where nobody listens, and a name that nobody has, have their codes', async (t) => {
  const server = createTcpServer()
  const port = await listen(t, server)
  await new Promise((resolve) => server.close(resolve))
  await failsWith('connection-refused', `http://127.0.0.1:${port}/announce`)
  const notFound = Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })
  await failsWith('name-not-found', 'http://tracker.test/announce', { resolve: () => Promise.reject(notFound) })
})

test('who wants to speak something else from now on has no answer', async (t) => {
  const server = createTcpServer((socket) => {
    socket.on('error', () => {}).resume()
    socket.write('HTTP/1.1 101 Hi\r\nConnection: Upgrade\r\nUpgrade: bittorrent\r\n\r\n')
  })
  await failsWith('closed', `http://127.0.0.1:${await listen(t, server)}/announce`)
})

test('what is no http URL is refused', async () => {
  for (const url of [
    'file:///etc/passwd',
    'ftp://127.0.0.1/announce',
    'udp://127.0.0.1/announce',
    'x',
    '',
    'http://',
  ]) {
    await failsWith('invalid-url', url)
  }
})

test('nothing is sent to this machine but announces, however its address is written', async (t) => {
  let connections = 0
  const port = await listen(
    t,
    createTcpServer((socket) => {
      connections++
      socket.destroy()
    }),
    '::',
  )
  for (const host of [
    '127.0.0.1',
    '127.1',
    '0x7f.1',
    '2130706433',
    '[::1]',
    '[::ffff:127.0.0.1]',
    'localhost',
    '127.9.9.9',
  ]) {
    await failsWith('address-denied', `http://${host}:${port}/swarms?x=/announce`)
    await failsWith('address-denied', `http://${host}:${port}/announce/../swarms`)
  }
  for (const host of ['0.0.0.0', '0', '[::]', '169.254.169.254', '[fe80::1]', '224.0.0.1', '255.255.255.255']) {
    await failsWith('address-denied', `http://${host}:${port}/announce`)
  }
  assert.equal(connections, 0)
})

test('names are judged by the addresses that they have, and only good ones are connected to', async (t) => {
  const { port, asked } = await serve(t, (_request, response) => response.end('de'))
  const url = `http://tracker.test:${port}/announce`
  const resolve = (...addresses: string[]) => ({
    resolve: () => Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))),
  })
  await failsWith('address-denied', url, resolve('169.254.169.254', 'fe80::1'))
  await failsWith('address-denied', url, resolve())
  await failsWith('address-denied', `http://tracker.test:${port}/x`, resolve('127.0.0.1'))
  assert.equal(asked.length, 0)
  const body = await announceOverHttp(url, { ...OPTIONS, ...resolve('169.254.169.254', '127.0.0.1') })
  assert.equal(body.toString(), 'de')
  assert.equal(asked[0]?.headers.host, `tracker.test:${port}`)
})

test('the caller may deny more', async (t) => {
  const { base, asked } = await serve(t, (_request, response) => response.end('de'))
  await failsWith('address-denied', `${base}/announce`, { allow: (ip) => ip !== '127.0.0.1' })
  assert.equal(asked.length, 0)
})

test('redirects are followed, three at most', async (t) => {
  const { base, asked } = await serve(t, (request, response) => {
    const left = Number(request.url?.split('/').at(-1))
    if (left === 0) response.end('de')
    else response.writeHead(302, { location: `/announce/${left - 1}` }).end()
  })
  assert.equal((await announceOverHttp(`${base}/announce/3`, OPTIONS)).toString(), 'de')
  assert.equal(asked.length, 4)
  await failsWith('too-many-redirects', `${base}/announce/4`)
})

test('a redirect leads neither to another protocol nor to where a torrent may not lead', async (t) => {
  let location = ''
  const { base, asked } = await serve(t, (_request, response) => response.writeHead(307, { location }).end())
  for (location of ['file:///etc/passwd', 'gopher://127.0.0.1/announce', 'http://', 'udp://tracker.test:80']) {
    await failsWith('redirect-denied', `${base}/announce`)
  }
  for (location of ['/swarms', 'http://169.254.169.254/announce', `http://[::1]/x`]) {
    await failsWith('address-denied', `${base}/announce`)
  }
  assert.equal(asked.length, 7)
})

test('a certificate that nobody vouches for is refused', async (t) => {
  const { createServer: createTlsServer } = await import('node:tls')
  const port = await listen(
    t,
    createTlsServer(SELF_SIGNED, (socket) => socket.end()),
  )
  await failsWith('tls', `https://127.0.0.1:${port}/announce`)
})

/** For `localhost`; of use to nobody but this test. */
const SELF_SIGNED = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgKriIZfU0s1vY2fLv
AQheHpAaZThsdo29jJwdnvJjGvOhRANCAASjBWFxkuDeQc2Oqw3rS/3nmZ7u8LJ3
gLeKBswhN0lDwgXJLK+mj0cNecaOSZPqgzpxV48NL13ONm1RBXETkY1A
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBfzCCASWgAwIBAgIUTj5X9xw8dDvCkoEZYgIIgxCD8nkwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTExMTYyN1oYDzIxMjYxMDI4
MTExNjI3WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAASjBWFxkuDeQc2Oqw3rS/3nmZ7u8LJ3gLeKBswhN0lDwgXJLK+mj0cN
ecaOSZPqgzpxV48NL13ONm1RBXETkY1Ao1MwUTAdBgNVHQ4EFgQUN7OvuUOuFwh1
ps8pkYj7yj4ISgswHwYDVR0jBBgwFoAUN7OvuUOuFwh1ps8pkYj7yj4ISgswDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEA6wrlF6uXGaVsfsZLoY/K
3skycYqAPgxJ2sUc1diJSYkCIAN0WlVgnKLnlNPYWgM8c+zAZcwdSPmQy7cWhXtf
B2ww
-----END CERTIFICATE-----`,
}
