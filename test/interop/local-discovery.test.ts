import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { LabHost } from '../support/lab-host.ts'
import { labRequirements } from '../support/lab-requirements.ts'
import { Lab } from '../support/lab.ts'
import { makeTorrent } from '../support/make-torrent.ts'
import { sha1OfFile, writeRandomFile } from '../support/random-file.ts'
import { startPeer } from '../support/start-peer.ts'
import { SwarmdClient } from '../support/swarmd-client.ts'
import { SwarmdProcess } from '../support/swarmd-process.ts'
import { waitUntil } from '../support/wait-until.ts'

const LENGTH = 8 * 1024 * 1024
// transmission 3.00 looks for candidates and gives slots every ten seconds; an announce that was lost comes again after 60.
const TIMEOUT_MS = 150_000
const WAIT = { timeoutMs: 60_000 }

/** A file, and a torrent of it that names no tracker at all. */
const setUp = async (lab: Lab, isPrivate = false) => {
  const name = isPrivate ? 'private.bin' : 'image.bin'
  const source = join(lab.folder, 'source', name)
  await writeRandomFile(source, LENGTH, name)
  const path = join(lab.folder, `${name}.torrent`)
  const torrent = await makeTorrent({ source, pieceLength: 64 * 1024, path, isPrivate })
  return { source, torrent, sha1: await sha1OfFile(source) }
}

const isSeeder = (swarm: { status: string }): boolean => swarm.status === 'seeder'

/** transmission joins the group on the interface that the route to it names; a machine of a real LAN has such a route. */
const routeMulticast = (host: LabHost): Promise<unknown> =>
  host.run('ip', ['route', 'add', '224.0.0.0/4', 'dev', 'eth0'])

/** What comes to the group of BEP 14 on this host, a line a datagram, after a first one that says that it listens. */
const listen = async (host: LabHost): Promise<string[]> => {
  const script = `
import socket, struct
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("", 6771))
s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton("239.192.152.143") + socket.inet_aton("${host.address}"))
print("listening", flush=True)
while True:
    print(s.recv(2000).decode("latin1").replace("\\r\\n", "|"), flush=True)
`
  const heard: string[] = []
  host.spawn('/usr/bin/python3', ['-c', script], { onLine: (line) => heard.push(line) })
  await waitUntil('the listener', () => heard.length > 0)
  return heard
}

describe('a swarm with no tracker, on one LAN', {
  skip: labRequirements('lab-and-clients'),
  timeout: 900_000,
  // Side by side, as nearly all of it is waiting.
  concurrency: 4,
}, () => {
  it('comes together by itself, also when its members start long apart', async () => {
    await using lab = await Lab.create()
    const { source, torrent, sha1 } = await setUp(lab)
    const first = await lab.host()
    await startPeer('swarmd', first, { torrent, folder: join(lab.folder, 'seeder'), seedFrom: source })
    for (const name of ['early', 'late']) {
      const begun = performance.now()
      const leecher = await startPeer('swarmd', await lab.host(), { torrent, folder: join(lab.folder, name) })
      await leecher.done()
      // Not by the seeder's next announce, which is a minute away at the least: by its answer.
      assert.ok(performance.now() - begun < 50_000)
      assert.equal(await sha1OfFile(join(leecher.dataFolder, torrent.name)), sha1)
    }
  })

  it('comes together on one machine that has several peers', async () => {
    await using lab = await Lab.create()
    const { source, torrent, sha1 } = await setUp(lab)
    const machine = await lab.host()
    await startPeer('swarmd', machine, { torrent, folder: join(lab.folder, 'seeder'), seedFrom: source })
    const root = join(lab.folder, 'second')
    await mkdir(root)
    const second = new SwarmdProcess(machine, { root, port: 7000, apiPort: 7080 })
    await second.ready()
    await second.addTorrent(torrent.bytes)
    await second.waitForSwarm(torrent.infoHash, 'the whole file', isSeeder, TIMEOUT_MS)
    assert.equal(await sha1OfFile(join(root, 'shareable', torrent.name)), sha1)
  })

  for (const kind of ['libtorrent', 'transmission'] as const) {
    it(`is found by ${kind}, which hears us`, async () => {
      await using lab = await Lab.create()
      const { source, torrent, sha1 } = await setUp(lab)
      const folder = join(lab.folder, 'leecher')
      const [theirs, ours] = [await lab.host(), await lab.host()]
      await routeMulticast(theirs)
      const heard = await listen(ours)
      const leecher = await startPeer(kind, theirs, { torrent, folder, lsd: true })
      // transmission does not listen before it has announced for the first time, five seconds after its start.
      await waitUntil('its announce', () => heard.some((line) => line.toLowerCase().includes(torrent.infoHash)), WAIT)
      await startPeer('swarmd', ours, { torrent, folder: join(lab.folder, 'seeder'), seedFrom: source })
      await leecher.done(TIMEOUT_MS)
      await leecher.stop()
      assert.equal(await sha1OfFile(join(leecher.dataFolder, torrent.name)), sha1)
    })

    it(`finds ${kind}, which it hears`, async () => {
      await using lab = await Lab.create()
      const { source, torrent, sha1 } = await setUp(lab)
      const [ours, theirs] = [await lab.host(), await lab.host()]
      await routeMulticast(theirs)
      const leecher = await startPeer('swarmd', ours, { torrent, folder: join(lab.folder, 'leecher') })
      assert.ok(leecher instanceof SwarmdClient)
      await leecher.swarmd.waitForSwarm(torrent.infoHash, 'the swarm', ({ state }) => state === 'stalled')
      await startPeer(kind, theirs, { torrent, folder: join(lab.folder, 'seeder'), seedFrom: source, lsd: true })
      await leecher.done(TIMEOUT_MS)
      assert.equal(await sha1OfFile(join(leecher.dataFolder, torrent.name)), sha1)
    })
  }

  it('is not told of when the torrent is private, or discovery is off', async () => {
    await using lab = await Lab.create()
    const [secret, shown] = [await setUp(lab, true), await setUp(lab)]
    const [ear, one, two] = [await lab.host(), await lab.host(), await lab.host()]
    const heard = await listen(ear)
    const folder = join(lab.folder, 'off')
    await startPeer('swarmd', two, { torrent: shown.torrent, folder, args: ['--lsd', 'off'] })
    const root = join(lab.folder, 'one')
    await mkdir(root)
    const swarmd = new SwarmdProcess(one, { root })
    await swarmd.ready()
    await swarmd.addTorrent(secret.torrent.bytes)
    // What is due is announced together: when this one was heard, a private one would have been.
    await swarmd.addTorrent(shown.torrent.bytes)
    const about = (infoHash: string): string[] => heard.filter((line) => line.toLowerCase().includes(infoHash))
    await waitUntil('an announce', () => about(shown.torrent.infoHash).length > 0)
    assert.deepEqual(about(secret.torrent.infoHash), [])
    assert.equal(heard.length, 2, heard.join('\n'))
    assert.match(heard[1] ?? '', /\|Port: 5000\|/)
  })

  it('comes together when discovery is switched on, and is not told of any more when it is switched off', async () => {
    await using lab = await Lab.create()
    const { source, torrent, sha1 } = await setUp(lab)
    const [ear, one, two] = [await lab.host(), await lab.host(), await lab.host()]
    const heard = await listen(ear)
    const file = join(lab.folder, 'swarmd.toml')
    await writeFile(file, 'lsd = false')
    const options = { torrent, folder: join(lab.folder, 'seeder'), seedFrom: source, args: ['--config', file] }
    const seeder = await startPeer('swarmd', one, options)
    const leecher = await startPeer('swarmd', two, { torrent, folder: join(lab.folder, 'leecher') })
    assert.ok(seeder instanceof SwarmdClient && leecher instanceof SwarmdClient)
    await leecher.swarmd.waitForSwarm(torrent.infoHash, 'the swarm', ({ state }) => state === 'stalled')
    const told = (): number => heard.filter((line) => line.includes(`Host: `)).length
    assert.ok(told() <= 1, heard.join('\n'))
    const change = async (text: string): Promise<void> => {
      await writeFile(file, text)
      seeder.swarmd.process.signal('SIGHUP')
    }
    await change('lsd = true')
    await leecher.done()
    assert.equal(await sha1OfFile(join(leecher.dataFolder, torrent.name)), sha1)
    const isOpen = async (): Promise<boolean> => /:6771 /.test(String(await one.run('ss', ['-lunH'])))
    assert.ok(await isOpen())
    await change('lsd = false')
    await waitUntil('its sockets to close', async () => !(await isOpen()), WAIT)
  })

  it('comes together by IPv6 and IPv4, also where a machine has only one of them', async () => {
    await using lab = await Lab.create()
    const { source, torrent, sha1 } = await setUp(lab)
    const [both, old, young] = [await lab.host(), await lab.host(), await lab.host()]
    for (const host of [both, young]) {
      const address = `fd77::${host.address.split('.')[3]}/64`
      await host.run('ip', ['address', 'add', address, 'dev', 'eth0', 'nodad'])
    }
    await young.run('ip', ['address', 'delete', `${young.address}/16`, 'dev', 'eth0'])
    const seeder = await startPeer('swarmd', both, { torrent, folder: join(lab.folder, 'seeder'), seedFrom: source })
    for (const host of [old, young]) {
      const leecher = await startPeer('swarmd', host, { torrent, folder: join(lab.folder, host.address) })
      await leecher.done()
      assert.equal(await sha1OfFile(join(leecher.dataFolder, torrent.name)), sha1)
    }
    assert.ok(seeder instanceof SwarmdClient)
    const { body } = await seeder.swarmd.api('GET', '/network/members')
    const addresses = (body as { items: { addresses: string[] }[] }).items.flatMap((member) => member.addresses)
    assert.deepEqual(addresses.sort(), ['10.77.0.1', '10.77.0.2', 'fd77::1', 'fd77::3'])
  })

  it('comes together when the network comes after the peers', async () => {
    await using lab = await Lab.create()
    const { source, torrent, sha1 } = await setUp(lab)
    const [one, two] = [await lab.host(), await lab.host()]
    for (const host of [one, two]) await host.run('ip', ['link', 'set', 'eth0', 'down'])
    await startPeer('swarmd', one, { torrent, folder: join(lab.folder, 'seeder'), seedFrom: source })
    const leecher = await startPeer('swarmd', two, { torrent, folder: join(lab.folder, 'leecher') })
    assert.ok(leecher instanceof SwarmdClient)
    await leecher.swarmd.waitForSwarm(torrent.infoHash, 'the swarm', ({ state }) => state === 'stalled')
    for (const host of [one, two]) await host.run('ip', ['link', 'set', 'eth0', 'up'])
    await leecher.done(TIMEOUT_MS)
    assert.equal(await sha1OfFile(join(leecher.dataFolder, torrent.name)), sha1)
  })
})
