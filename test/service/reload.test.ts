import assert from 'node:assert/strict'
import { once } from 'node:events'
import { rename, writeFile } from 'node:fs/promises'
import { request, type IncomingMessage } from 'node:http'
import { test } from 'node:test'
import { inMemoryTorrent, placeContent } from '../support/in-memory-torrent.ts'
import { ScratchFolder } from '../support/scratch-folder.ts'
import { SwarmdChild } from '../support/swarmd-child.ts'
import { waitUntil } from '../support/wait-until.ts'

interface Line {
  readonly event: string
  readonly level: string
  readonly reason?: string
  readonly peer?: string
  readonly changed?: readonly {
    readonly key: string
    readonly from: unknown
    readonly to: unknown
    readonly holds: string
  }[]
}

const linesOf = (child: SwarmdChild, event: string): Line[] =>
  child.errors.map((line) => JSON.parse(line) as Line).filter((line) => line.event === event)

async function statusFor(host: string, { apiPort }: SwarmdChild): Promise<number | undefined> {
  const ask = request({ host: '127.0.0.1', port: apiPort, path: '/livez', headers: { host } }).end()
  const [answer] = (await once(ask, 'response')) as [IncomingMessage]
  answer.resume()
  return answer.statusCode
}

/** By name of the metric, over all its labels. */
async function sumOf(metric: string, child: SwarmdChild): Promise<number> {
  const text = await (await child.get('/metrics')).text()
  const values = Array.from(text.matchAll(new RegExp(`^${metric}(?:\\{[^}]*\\})? (\\S+)$`, 'gm')), ([, value]) =>
    Number(value),
  )
  return values.reduce((sum, value) => sum + value, 0)
}

test('a service that runs follows its file at SIGHUP, says what it can not follow, and refuses a bad one', {
  timeout: 120_000,
}, async () => {
  await using folder = await ScratchFolder.create()
  await using otherFolder = await ScratchFolder.create()
  const { child: other } = await SwarmdChild.start({ root: otherFolder.path })
  await using _other = other
  const file = `${folder.path}/swarmd.toml`
  const write = async (text: string): Promise<void> => {
    await writeFile(`${file}.new`, text)
    await rename(`${file}.new`, file)
  }
  await write('')
  const torrent = inMemoryTorrent({ name: 'reload.bin', content: 100_000 })
  await placeContent(folder.path, torrent)
  const { child } = await SwarmdChild.start({ root: folder.path, args: ['--config', file] })
  await using _child = child
  const { infoHash } = await child.addTorrent(torrent.bytes)
  await waitUntil('the swarm to seed', async () => (await child.swarm(infoHash)).state === 'seeding')
  const limits = async (): Promise<unknown> => (await child.get('/limits')).json()
  const hangUp = async (event: string): Promise<Line> => {
    const before = linesOf(child, event).length
    process.kill(child.pid, 'SIGHUP')
    return waitUntil(event, () => linesOf(child, event)[before])
  }
  assert.equal(await sumOf('swarmd_choker_slots', child), 4)
  assert.equal(await statusFor('lab-7', child), 421)

  await write(`
    max-connections = 30
    max-peers = 7
    slots = 3
    choker = "bep3"
    client-ports = "20000-20999"
    upload-limit = "2MB"
    api-names = ["lab-7"]
    api-host = "127.0.0.2"
    peers = ["127.0.0.1:${other.port}"]
    log-level = "warn"`)
  assert.deepEqual((await hangUp('config.reloaded')).changed, [
    { key: 'client-ports', from: null, to: '20000-20999', holds: 'now' },
    { key: 'max-connections', from: 200, to: 30, holds: 'now' },
    { key: 'max-peers', from: 50, to: 7, holds: 'now' },
    { key: 'upload-limit', from: null, to: '2MB', holds: 'now' },
    { key: 'slots', from: 4, to: 3, holds: 'now' },
    { key: 'choker', from: 'lab', to: 'bep3', holds: 'now' },
    { key: 'peers', from: [], to: [`127.0.0.1:${other.port}`], holds: 'now' },
    { key: 'api-names', from: [], to: ['lab-7'], holds: 'now' },
    { key: 'log-level', from: 'info', to: 'warn', holds: 'now' },
    { key: 'api-host', from: '127.0.0.1', to: '127.0.0.2', holds: 'from the next start' },
  ])
  assert.equal(await sumOf('swarmd_choker_slots', child), 3)
  assert.equal(await sumOf('swarmd_connections_limit', child), 30)
  assert.deepEqual(await limits(), { downloadLimit: null, uploadLimit: 2_000_000 })
  assert.equal(await statusFor('lab-7', child), 200)
  // The new member is called from one of the new ports.
  const call = await waitUntil('the call', () => linesOf(other, 'member.connected')[0], { timeoutMs: 30_000 })
  assert.match(call.peer ?? '', /^127\.0\.0\.1:20\d\d\d$/)
  // Less is told now.
  assert.deepEqual(linesOf(child, 'member.connected'), [])

  await write('slots = 99\nupload-limit = "3MB"')
  const refused = await hangUp('config.refused')
  assert.deepEqual([refused.level, refused.reason], ['warn', `${file}: slots 99: give a whole number from 2 to 64`])
  assert.deepEqual(await limits(), { downloadLimit: null, uploadLimit: 2_000_000 })
  assert.equal(await sumOf('swarmd_choker_slots', child), 3)

  await write('log-level = "info"')
  const back = await hangUp('config.reloaded')
  assert.deepEqual(new Set(back.changed?.map(({ holds }) => holds)), new Set(['now']))
  assert.deepEqual(await limits(), { downloadLimit: null, uploadLimit: null })
})
