/** Every curl of the README that asks the API of this machine, in order, as it stands there. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { createControl } from '../../src/control/index.ts'
import type { SwarmView } from '../../src/service/index.ts'
import { ensurePackages } from '../support/debian-packages.ts'
import { TestService } from '../support/running-service.ts'

const run = promisify(execFile)
const API = /(?:localhost|127\.0\.0\.1):5080/g
/** Another machine's peer port. */
const PEER_PORT = /10\.0\.0\.248:5000(?=\/manifests\/)/g
const LENGTHS = [2_500_000, 1000, 50_000]

/** In code blocks at the beginning of a line, in tables between backticks. */
function curls(): string[] {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const found = [...readme.matchAll(/^(curl .*)$|^\|.*?`(curl [^`]*)`/gm)]
  return found
    .map(([, line, cell]) => line ?? cell ?? '')
    .filter((command) => command.search(API) >= 0 || command.search(PEER_PORT) >= 0)
}

const missing = ensurePackages(['curl'])
if (missing !== null && process.env['CI'] !== undefined) throw new Error(missing)

test('every curl of the README works', { skip: missing ?? false, timeout: 120_000 }, async () => {
  await using neighbour = await TestService.start()
  await mkdir(path.join(neighbour.root, 'shareable'), { recursive: true })
  await writeFile(path.join(neighbour.root, 'shareable', 'music.txt'), randomBytes(600_000))
  await neighbour.service.makeTorrent({ name: 'music.txt' })
  await using service = await TestService.start({ peers: [{ host: '127.0.0.1', port: neighbour.port }] })
  const control = createControl({ service: service.service, port: 0 })
  const { port } = await control.listen()
  const at = (...names: string[]): string => path.join(service.root, ...names)
  const files = LENGTHS.map((length) => randomBytes(length))
  const putFiles = async (): Promise<void> => {
    await mkdir(at('shareable', 'course'), { recursive: true })
    for (const [index, bytes] of files.entries()) await writeFile(at('shareable', 'course', `file-${index}`), bytes)
  }
  await putFiles()
  await writeFile(at('shareable', 'lab-image.img'), randomBytes(100_000))
  const { swarm } = await service.service.makeTorrent({ name: 'course' })
  const torrent = Buffer.from(service.service.metainfo(swarm.infoHash))
  const { infoHash } = swarm
  await service.service.remove(infoHash, { deleteData: false })
  for (const copy of [at('x.torrent'), at('torrents', 'x.torrent')]) await writeFile(copy, torrent)
  const isThere = (): SwarmView | undefined =>
    service.service.swarms().find((each) => each.infoHash === infoHash && each.state === 'seeding')

  const commands = curls()
  assert.ok(commands.length >= 25, `${commands.length} found`)
  try {
    for (const command of commands) {
      if (!command.includes('x.torrent') && !isThere()) {
        await putFiles()
        await service.service.addTorrent(torrent)
        await service.service.setDesiredState(infoHash, 'started')
        await service.swarm(infoHash, ({ state }) => state === 'seeding')
      }
      const here = command
        .replace(API, `127.0.0.1:${port}`)
        .replace(PEER_PORT, `127.0.0.1:${neighbour.port}`)
        .replace(/^curl/, "curl --silent --show-error --write-out '%{stderr}%{http_code}'")
      const env = { ...process.env, HASH: infoHash }
      const ran = run('bash', ['-c', here], { cwd: service.root, env, timeout: 30_000 })
      // A grep behind it may find nothing here; what counts is what curl was answered.
      const { stderr } = await ran.catch((error: unknown) => error as { stderr: string })
      assert.match(stderr, /^20[0-9]$/, command)
    }
  } finally {
    await control.close()
  }
})
