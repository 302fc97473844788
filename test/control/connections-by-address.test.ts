import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { test, type TestContext } from 'node:test'
import { answerInTurns } from '../../src/control/connection-limits.ts'
import { limitByAddress } from '../../src/control/connections-by-address.ts'
import { refuseConnection } from '../../src/control/error-answers.ts'
import { answerOn, rawSocket } from '../support/raw-http.ts'
import { waitUntil } from '../support/wait-until.ts'

async function limited(t: TestContext, isExempt?: () => boolean) {
  const server = createServer()
  const asked: string[] = []
  const exempt = isExempt === undefined ? {} : { isExempt }
  const isRefused = limitByAddress(server, { refuse: refuseConnection, ...exempt })
  const answer: Parameters<typeof answerInTurns>[1] = ({ url = '' }, response) => {
    asked.push(url)
    response.end('fine')
  }
  answerInTurns(server, answer, isRefused)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  let connected = 0
  server.on('connection', () => connected++)
  const hold = async (count: number, from?: string): Promise<Socket[]> => {
    const before = connected
    const sockets = Array.from({ length: count }, () => rawSocket(port, from))
    await waitUntil(`${count} connections`, () => connected === before + count, { intervalMs: 2 })
    return sockets
  }
  const ask = (from?: string) => {
    const socket = rawSocket(port, from)
    socket.write('GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
    return answerOn(socket)
  }
  return { hold, ask, asked }
}

test('an address has 100 connections at a time; others are not affected, and when one closes the next is let in', async (t) => {
  const { hold, ask, asked } = await limited(t, () => false)
  const held = await hold(100)
  const refused = await ask()
  assert.equal(refused.status, 503)
  assert.equal(refused.headers.get('content-type'), 'application/problem+json')
  assert.equal(refused.headers.get('retry-after'), '1')
  assert.equal((JSON.parse(refused.body) as { code: string }).code, 'too-many-connections')
  assert.deepEqual(asked, [])
  assert.equal((await ask('127.0.0.2')).status, 200)
  held[0]?.destroy()
  await waitUntil('room for one', async () => (await ask()).status === 200, { intervalMs: 20 })
})

test('who comes again and again beyond that is closed without a word', async (t) => {
  const { hold, asked } = await limited(t, () => false)
  const held = await hold(150)
  const answers = await Promise.all(held.slice(100).map((socket) => answerOn(socket)))
  assert.ok(answers.filter(({ status }) => status === 503).length >= 16)
  assert.ok(answers.some(({ status }) => status === 0))
  assert.ok(answers.every(({ status }) => status === 503 || status === 0))
  assert.ok(held.slice(0, 100).every((socket) => !socket.closed))
  assert.deepEqual(asked, [])
})

test('this machine itself may have as many as it likes', async (t) => {
  const { hold, ask } = await limited(t)
  await hold(150)
  assert.equal((await ask()).status, 200)
})

/** Sockets that come from there to here; which of them are refused. */
function refusals(sockets: readonly { readonly remoteAddress: string; readonly localAddress: string }[]): boolean[] {
  const server = createServer()
  const isRefused = limitByAddress(server, { refuse: () => {} })
  return sockets.map((addresses) => {
    const socket = Object.assign(new EventEmitter(), { destroy: () => {} }, addresses) as unknown as Socket
    server.emit('connection', socket)
    return isRefused(socket)
  })
}

test('this machine is itself by whichever of its addresses it calls', () => {
  const own = { remoteAddress: '10.0.0.248', localAddress: '10.0.0.248' }
  assert.ok(!refusals(Array.from({ length: 150 }, () => own)).includes(true))
  const other = { ...own, remoteAddress: '10.0.0.251' }
  assert.equal(refusals(Array.from({ length: 150 }, () => other)).indexOf(true), 100)
})

test('the machines of a lab share no limit, also when they are in one network of IPv6', () => {
  const machines = Array.from({ length: 60 }, (_, nth) => `fd00:1:2:3::${nth + 2}`)
  const calls = machines.flatMap((remoteAddress) =>
    Array.from({ length: 5 }, () => ({ remoteAddress, localAddress: 'fd00:1:2:3::1' })),
  )
  assert.ok(!refusals(calls).includes(true))
  const elsewhere = calls.map(({ remoteAddress }) => ({ remoteAddress, localAddress: 'fd00:1:2:4::1' }))
  assert.equal(refusals(elsewhere).indexOf(true), 100)
})
