import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { answerInTurns } from '../../src/control/connection-limits.ts'
import { answerOn, rawSocket } from '../support/raw-http.ts'
import { waitUntil } from '../support/wait-until.ts'

async function listening(t: TestContext, answer: RequestListener): Promise<number> {
  const server = createServer()
  answerInTurns(server, answer)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

const get = (path: string, ...headers: string[]): string =>
  `${[`GET ${path} HTTP/1.1`, 'Host: x', ...headers].join('\r\n')}\r\n\r\n`

test('the next request of a connection is begun when the one before is answered, those of others at once', async (t) => {
  const begun: string[] = []
  const open: ServerResponse[] = []
  const port = await listening(t, ({ url = '' }: IncomingMessage, response) => {
    begun.push(url)
    open.push(response)
  })
  const one = rawSocket(port)
  one.write(get('/1') + get('/2') + get('/3', 'Connection: close'))
  const answers = answerOn(one)
  await waitUntil('the first', () => begun.length === 1, { intervalMs: 2 })
  const other = rawSocket(port)
  other.write(get('/other', 'Connection: close'))
  await waitUntil('the other', () => begun.length === 2, { intervalMs: 2 })
  assert.deepEqual(begun, ['/1', '/other'])
  open.shift()?.end('first')
  open.shift()?.end('other')
  for (const word of ['second', 'third']) {
    await waitUntil(word, () => open.length === 1, { intervalMs: 2 })
    open.shift()?.end(word)
  }
  assert.deepEqual(begun, ['/1', '/other', '/2', '/3'])
  const { body } = await answers
  assert.match(body, /^5\r\nfirst|^first/)
  assert.ok(body.indexOf('second') < body.indexOf('third'))
})

test('a connection with more than 16 requests waiting is closed, and none of them is begun', async (t) => {
  const begun: string[] = []
  const port = await listening(t, ({ url = '' }: IncomingMessage) => void begun.push(url))
  const fine = rawSocket(port)
  fine.write(get('/fine').repeat(17))
  await waitUntil('the first', () => begun.length === 1, { intervalMs: 2 })
  const greedy = rawSocket(port)
  greedy.write(get('/greedy').repeat(18))
  assert.equal((await answerOn(greedy)).status, 0)
  assert.deepEqual(begun, ['/fine', '/greedy'])
  assert.ok(!fine.closed)
})

test('whoever waits for us may wait, whoever makes us wait may not', async (t) => {
  let response: ServerResponse | undefined
  const port = await listening(t, (_request, begun) => {
    response = begun
  })
  const patient = rawSocket(port)
  patient.write(get('/late', 'Connection: close'))
  const answer = answerOn(patient)
  const late = await waitUntil('the request', () => response, { intervalMs: 2 })
  // As Node does when nothing was sent or heard for the time.
  late.emit('timeout', late.socket)
  late.end('at last')
  assert.equal((await answer).status, 200)

  response = undefined
  const deaf = rawSocket(port).pause()
  deaf.write(get('/unread'))
  const unread = await waitUntil('the request', () => response, { intervalMs: 2 })
  unread.end(Buffer.alloc(64 * 1024 * 1024))
  unread.emit('timeout', unread.socket)
  await waitUntil('the answer to be called off', () => unread.destroyed, { intervalMs: 2 })
  deaf.destroy()
})
