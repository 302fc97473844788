/** As users have it: three services as processes of their own, the API, and the command line. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { ManifestView, MemberView, SwarmView } from '../../../src/service/index.ts'
import { inMemoryTorrent, placeContent } from '../../support/in-memory-torrent.ts'
import { ScratchFolder } from '../../support/scratch-folder.ts'
import { SwarmdChild } from '../../support/swarmd-child.ts'
import { waitUntil } from '../../support/wait-until.ts'

const run = promisify(execFile)
const NODE = fileURLToPath(new URL('../../../node_modules/.bin/node', import.meta.url))
const SWARMD = fileURLToPath(new URL('../../../src/cli/swarmd.js', import.meta.url))

test('a file comes by its name from a machine that only another member knows', { timeout: 120_000 }, async () => {
  await using folder = await ScratchFolder.create()
  const torrent = inMemoryTorrent({ name: 'music.txt', content: 3_000_000 })
  const { infoHash } = torrent.metainfo
  const at = (name: string): string => join(folder.path, name)
  await placeContent(at('a'), torrent)
  await using a = (await SwarmdChild.start({ root: at('a') })).child
  await a.addTorrent(torrent.bytes)
  await waitUntil('A to seed', async () => (await a.swarm(infoHash)).status === 'seeder')
  await using b = (await SwarmdChild.start({ root: at('b'), args: ['--peers', `127.0.0.1:${a.port}`] })).child
  const members = async (of: SwarmdChild): Promise<MemberView[]> =>
    ((await (await of.get('/network/members')).json()) as { items: MemberView[] }).items
  await waitUntil('B to know A', async () => (await members(b)).length === 2)

  await using c = (await SwarmdChild.start({ root: at('c'), args: ['--peers', `127.0.0.1:${b.port}`] })).child
  await waitUntil('C to hear of A', async () => (await members(c)).length === 3)
  const command = ['get', 'music.txt', '--wait', '--api', c.apiUrl]
  const { stdout, stderr } = await run(NODE, [SWARMD, ...command], { timeout: 60_000 })
  assert.ok((await readFile(join(at('c'), 'shareable', 'music.txt'))).equals(torrent.content), `${stdout}${stderr}`)

  const swarms = ((await (await b.get('/swarms')).json()) as { items: SwarmView[] }).items
  assert.deepEqual(swarms, [])
  const manifest = (await (await c.get(`/swarms/${infoHash}/manifest`)).json()) as ManifestView
  assert.deepEqual(
    manifest.pieces.map(({ name, holders }) => [name, holders.includes(`127.0.0.1:${c.port}`)]),
    Array.from({ length: torrent.metainfo.pieceCount }, (_, index) => [`music.txt.${index + 1}`, true]),
  )
  const shown = await run(NODE, [SWARMD, 'manifest', 'music.txt', '--api', c.apiUrl], { timeout: 60_000 })
  assert.equal(shown.stdout.trimEnd().split('\n').length, 1 + torrent.metainfo.pieceCount)
  for (const child of [a, b, c])
    assert.deepEqual(
      child.errors.filter((line) => line.includes('"event":"bug"')),
      [],
    )
})
