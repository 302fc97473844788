import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { FakePeer, ID } from '../support/fake-peer.ts'
import { inMemoryTorrent, placeContent } from '../support/in-memory-torrent.ts'
import { ScratchFolder } from '../support/scratch-folder.ts'
import { SwarmdChild } from '../support/swarmd-child.ts'
import { waitUntil } from '../support/wait-until.ts'

/** Each ends its connection, so each needs one. */
const BAD_FRAMES = 2_000
const AT_ONCE = 64
const DATAGRAMS = 50_000
const DATAGRAMS_A_TURN = 200
/** As the log says of itself: so many lines of one kind in so many ms. */
const LINES = 10
const WINDOW_MS = 10_000
/** With a payload, which none of them has. */
const KINDS = [ID.choke, ID.unchoke, ID.interested, ID.notInterested] as const

interface Line {
  readonly event: string
  readonly reason?: string
  readonly time: string
}

/** CPU seconds of a process so far, all of its threads. */
function cpuSeconds(pid: number): number {
  const [, numbers = ''] = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')
  const fields = numbers.split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

async function sendBadFrames(port: number, infoHash: string): Promise<void> {
  let left = BAD_FRAMES
  const one = async (): Promise<void> => {
    while (left-- > 0) {
      using peer = await FakePeer.shakeHands({ port, infoHash })
      peer.zeros(KINDS[left % KINDS.length] ?? ID.choke, 1)
      await peer.ended()
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, one))
}

async function sendBadDatagrams(port: number): Promise<void> {
  const socket = createSocket('udp4')
  for (let sent = 0; sent < DATAGRAMS; sent += DATAGRAMS_A_TURN) {
    for (let nth = 0; nth < DATAGRAMS_A_TURN; nth++) socket.send(Buffer.alloc(1 + (nth % 100), nth), port, '127.0.0.1')
    // The next turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve))
  }
  socket.close()
  await once(socket, 'close')
}

test('a flood of bad frames and datagrams costs a few lines of the log, and nobody else anything', {
  timeout: 120_000,
}, async (t) => {
  await using folder = await ScratchFolder.create()
  const torrent = inMemoryTorrent({ name: 'flooded.bin', content: 100_000 })
  await placeContent(folder.path, torrent)
  const { child } = await SwarmdChild.start({ root: folder.path })
  await using _ = child
  const { infoHash } = await child.addTorrent(torrent.bytes)
  await waitUntil('the seeder', async () => (await child.swarm(infoHash)).state === 'seeding')
  const [cpu, memory, from] = [cpuSeconds(child.pid), child.memory().now, child.errors.length]
  const began = performance.now()

  const over = new AbortController()
  const floods = Promise.all([sendBadFrames(child.port, infoHash), sendBadDatagrams(child.port)]).finally(() =>
    over.abort(),
  )
  let answers = 0
  while (!over.signal.aborted) {
    assert.equal((await child.get('/swarms')).status, 200)
    answers++
  }
  await floods
  const ms = performance.now() - began

  const count = new Map<string, number>()
  for (const line of child.errors.slice(from)) {
    const { event, reason = '' } = JSON.parse(line) as Line
    assert.notEqual(event, 'bug')
    count.set(`${event} ${reason}`, (count.get(`${event} ${reason}`) ?? 0) + 1)
  }
  for (const [kind, lines] of count) {
    assert.ok(lines <= LINES * Math.ceil(1 + ms / WINDOW_MS), `${lines} lines in ${Math.round(ms)} ms: ${kind}`)
  }
  for (const reason of ['invalid-choke', 'invalid-unchoke', 'invalid-interested', 'invalid-not-interested']) {
    assert.ok((count.get(`peer.closed ${reason}`) ?? 0) > 0, `no line of ${reason}`)
  }

  // Who is honest is served as before.
  using honest = await FakePeer.shakeHands({ port: child.port, infoHash })
  honest.frame(ID.interested)
  await honest.receives(ID.unchoke)
  honest.request(0, 0, 1024)
  const { payload } = await honest.receives(ID.piece)
  assert.ok(payload.subarray(8).equals(torrent.content.subarray(0, 1024)))

  const spent = cpuSeconds(child.pid) - cpu
  const grown = (child.memory().peak - memory) / 1024 / 1024
  const rate = Math.round(((BAD_FRAMES + DATAGRAMS) / ms) * 1000)
  t.diagnostic(
    `${rate} a second; ${spent.toFixed(1)} s of CPU, ${grown.toFixed(0)} MiB more; ${answers} answers meanwhile`,
  )
  // It took 2 s and 25 MiB.
  assert.ok(spent < 40, `${spent} s of CPU`)
  assert.ok(grown < 250, `${grown} MiB more`)
})
