import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { test } from 'node:test'
import { systemCalls } from '../../src/io/disk/disk-calls.ts'
import { writeStateFile } from '../../src/io/index.ts'
import { RootFolder } from '../../src/service/root-folder.ts'
import { newSettings } from '../../src/service/swarm/swarm-settings.ts'
import { inMemoryTorrent } from '../support/in-memory-torrent.ts'
import { ScratchFolder } from '../support/scratch-folder.ts'
import { SwarmdChild } from '../support/swarmd-child.ts'
import { waitUntil } from '../support/wait-until.ts'

const COUNT = 1_000
/** Every tenth was stopped by its user. */
const STOPPED = COUNT / 10

/** A root as a service leaves it that seeds all of them; nobody pulls the plug on it, so nothing is synced. */
async function leaveThousand(path: string): Promise<Set<string>> {
  const root = new RootFolder(path)
  const calls = { ...systemCalls, sync: async () => {} }
  const names = new Set<string>()
  mkdirSync(root.shareable, { recursive: true })
  for (let nth = 0; nth < COUNT; nth++) {
    const torrent = inMemoryTorrent({ name: `one-of-${nth}.bin`, content: 20_000 + nth })
    const place = root.swarm(torrent.metainfo.infoHash)
    mkdirSync(dirname(place.metainfo), { recursive: true })
    writeFileSync(place.metainfo, torrent.bytes)
    const time = new Date(0)
    const desired = nth % 10 === 0 ? ('stopped' as const) : ('started' as const)
    await writeStateFile(place.settings, { ...newSettings(time), desired, completedAt: time.toISOString() }, calls)
    writeFileSync(`${root.shareable}/${torrent.metainfo.name}`, torrent.content)
    names.add(torrent.metainfo.name)
  }
  return names
}

/** CPU seconds of a process so far, all of its threads. */
function cpuSeconds(pid: number): number {
  const [, numbers = ''] = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')
  const fields = numbers.split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

interface Page {
  readonly items: readonly { readonly name: string; readonly state: string }[]
  readonly nextCursor: string | null
}

async function allPages(child: SwarmdChild): Promise<Page['items']> {
  const items = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const at: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page = (await (await child.get(`/swarms?limit=100${at}`)).json()) as Page
    assert.ok(page.items.length <= 100)
    items.push(...page.items)
    cursor = page.nextCursor
  }
  return items
}

/** Names in the snapshot of the events. */
function snapshot(child: SwarmdChild): Promise<string[]> {
  const { promise, resolve, reject } = Promise.withResolvers<string[]>()
  const socket = new WebSocket(`${child.apiUrl.replace('http', 'ws')}/events`)
  const names: string[] = []
  socket.addEventListener('error', () => reject(new Error('no events')))
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as { type: string; swarms?: { name: string }[]; last?: boolean }
    if (message.type !== 'snapshot') return
    names.push(...(message.swarms ?? []).map(({ name }) => name))
    if (message.last !== true) return
    socket.close()
    resolve(names)
  })
  return promise
}

/** The bounds are ten times what was seen, and more. */
test('a service with 1,000 swarms starts, answers and stops at little cost', { timeout: 120_000 }, async (t) => {
  await using folder = await ScratchFolder.create()
  const names = await leaveThousand(folder.path)
  const { child } = await SwarmdChild.start({ root: folder.path }, 60_000)
  await using _ = child
  const isSettled = async (): Promise<boolean> => (await allPages(child)).every(({ state }) => state !== 'checking')
  await waitUntil('all to be checked', isSettled, { timeoutMs: 60_000 })
  const start = cpuSeconds(child.pid)

  const swarms = await allPages(child)
  assert.deepEqual(new Set(swarms.map(({ name }) => name)), names)
  assert.equal(swarms.length, COUNT)
  assert.equal(swarms.filter(({ state }) => state === 'seeding').length, COUNT - STOPPED)
  assert.equal(swarms.filter(({ state }) => state === 'stopped').length, STOPPED)

  const beforePages = cpuSeconds(child.pid)
  for (let nth = 0; nth < 5; nth++) await allPages(child)
  const page = (cpuSeconds(child.pid) - beforePages) / 50

  const beforeSnapshot = cpuSeconds(child.pid)
  assert.deepEqual(new Set(await snapshot(child)), names)
  const streamed = cpuSeconds(child.pid) - beforeSnapshot

  t.diagnostic(`CPU s: start ${start}, a page ${page}, snapshot ${streamed}`)
  const { peak } = child.memory()
  t.diagnostic(`${Math.round(peak / 1024 / 1024)} MiB`)
  process.kill(child.pid, 'SIGTERM')
  // It ends by itself after 9 s, whatever is stuck, and says so.
  const isOver = (): boolean => child.errors.some((line) => /"event":"service\.(?:stopped|stop-late)"/.test(line))
  await waitUntil('the end', isOver, { timeoutMs: 30_000 })
  assert.ok(child.errors.some((line) => line.includes('"event":"service.stopped"')))
  assert.ok(!child.errors.some((line) => line.includes('"level":"error"')))

  assert.ok(start < 40, `${start} s of CPU to start`)
  assert.ok(peak < 1024 ** 3, `${peak} bytes of memory`)
  assert.ok(page < 0.1, `${page} s of CPU for a page`)
  assert.ok(streamed < 3, `${streamed} s of CPU for the snapshot`)
})
