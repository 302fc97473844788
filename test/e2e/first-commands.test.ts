/** The README's first page, done by a machine: start, start a second one, post, compare. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { cp, readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, it } from 'node:test'
import type { LabHost } from '../support/lab-host.ts'
import type { LabProcess } from '../support/lab-process.ts'
import { labRequirements } from '../support/lab-requirements.ts'
import { Lab } from '../support/lab.ts'
import { waitUntil } from '../support/wait-until.ts'

const TOP = path.resolve(import.meta.dirname, '..', '..')

/** `npm start` with these words, and what it printed so far. */
function npmStart(host: LabHost, words: readonly string[]): { process: LabProcess; lines: string[] } {
  const lines: string[] = []
  const env = { npm_config_loglevel: 'silent' }
  const started = host.spawn('npm', ['--prefix', TOP, 'start', '--', ...words], {
    env,
    onLine: (line) => lines.push(line),
  })
  return { process: started, lines }
}

/** The last of the processes that npm started one below the other: npm ends as it ends. */
function serviceBelow(pid: number): number {
  const child = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]
  return child ? serviceBelow(Number(child)) : pid
}

describe('the first page of the README', { skip: labRequirements('lab'), timeout: 120_000 }, () => {
  it('seeds the sample, and a second peer on the same machine gets it within 3 s', async () => {
    await using lab = await Lab.create()
    const machine = await lab.host()
    const [first, second] = [path.join(lab.folder, 'a'), path.join(lab.folder, 'b')]
    for (const folder of ['torrents', 'shareable']) {
      await cp(path.join(TOP, folder), path.join(first, folder), { recursive: true })
    }

    const a = npmStart(machine, ['--root', first])
    await waitUntil('the first peer', () => a.lines.some((line) => line.startsWith('API and web page at ')), {
      timeoutMs: 20_000,
    })
    assert.match(a.lines.find((line) => line.startsWith('Peer ')) ?? '', /^Peer [0-9a-f-]{36} \(seeder of 1 swarm\)$/)
    assert.ok(
      a.lines.includes(`Listening for peers and tracker requests at ${machine.address}:5000`),
      a.lines.join('\n'),
    )
    assert.ok(a.lines.includes('API and web page at http://127.0.0.1:5080'))

    const b = npmStart(machine, ['--port', '7000', '--api-port', '7080', '--root', second])
    await waitUntil('the second peer', () => b.lines.some((line) => line.startsWith('API and web page at ')), {
      timeoutMs: 20_000,
    })
    const torrent = await readFile(path.join(TOP, 'torrents', 'age.torrent'))
    const posted = performance.now()
    const created = await machine.api('POST', '/swarms', torrent, 7080)
    assert.equal(created.status, 201)
    const location = created.headers.get('location') ?? ''
    assert.match(location, /^\/swarms\/[0-9a-f]{40}$/)
    const again = await machine.api('POST', '/swarms', torrent, 7080)
    assert.equal(again.status, 200)
    assert.equal(again.headers.get('location'), location)

    const isSeeder = async (): Promise<boolean> => {
      const { body } = await machine.api('GET', location, undefined, 7080)
      return (body as { status: string }).status === 'seeder'
    }
    await waitUntil('the file', isSeeder, { timeoutMs: 3000 - (performance.now() - posted), intervalMs: 20 })
    assert.deepEqual(
      await readFile(path.join(second, 'shareable', 'age.txt')),
      await readFile(path.join(TOP, 'shareable', 'age.txt')),
    )
    // By the tracker it is at 127.0.0.1, by the LAN at its address: whichever is heard of first.
    const connected = ['127.0.0.1', machine.address].map((host) => `Socket 7001 connected to peer ${host}:5000`)
    assert.ok(
      connected.some((line) => b.lines.includes(line)),
      b.lines.join('\n'),
    )

    const stopped = performance.now()
    for (const { process: npm } of [a, b]) process.kill(serviceBelow(npm.pid), 'SIGTERM')
    const exits = await Promise.all([a.process.exited, b.process.exited])
    assert.ok(performance.now() - stopped < 10_000)
    assert.deepEqual(
      exits.map(({ code }) => code),
      [0, 0],
    )
    for (const { process: npm } of [a, b]) assert.match(npm.logTail(), /"event":"service\.stopped"/)
  })

  it('says clearly that a root is in use, and does nothing', async () => {
    await using lab = await Lab.create()
    const machine = await lab.host()
    const root = path.join(lab.folder, 'root')
    const first = npmStart(machine, ['--root', root])
    await waitUntil('the first peer', () => first.lines.some((line) => line.startsWith('API and web page at ')), {
      timeoutMs: 20_000,
    })
    const second = npmStart(machine, ['--root', root, '--port', '7000', '--api-port', '7080'])
    const { code } = await second.process.exited
    assert.equal(code, 69)
    assert.match(second.process.logTail(), /in use by process \d+/)
    assert.equal((await machine.api('GET', '/livez')).status, 200)
  })
})
