import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { LabHost } from '../support/lab-host.ts'
import { labRequirements } from '../support/lab-requirements.ts'
import { Lab } from '../support/lab.ts'
import { makeTorrent } from '../support/make-torrent.ts'
import { writeRandomFile } from '../support/random-file.ts'
import { startPeer } from '../support/start-peer.ts'
import { SwarmdClient } from '../support/swarmd-client.ts'
import { waitUntil } from '../support/wait-until.ts'

/** Sends announces to the group: so many a second from `source`, each with another port, and says how long it took. */
const SENDER = `
import socket, sys, time
source, infohash, rate, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind((source, 0))
s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(source))
begun = time.monotonic()
for number in range(count):
    text = "BT-SEARCH * HTTP/1.1\\r\\nPort: %d\\r\\nInfohash: %s\\r\\n\\r\\n\\r\\n" % (1024 + number % 60000, infohash)
    s.sendto(text.encode(), ("239.192.152.143", 6771))
    ahead = begun + number / rate - time.monotonic()
    if ahead > 0.005:
        time.sleep(ahead)
print(time.monotonic() - begun)
`

const send = async (host: LabHost, source: string, infoHash: string, rate: number, count: number): Promise<number> => {
  const args = ['-c', SENDER, source, infoHash, String(rate), String(count)]
  return Number(await host.run('/usr/bin/python3', args, undefined, 120_000))
}

/** User and system time of a process so far, in seconds. */
const cpuSeconds = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}

describe('local discovery under attack', { skip: labRequirements('lab'), timeout: 300_000 }, () => {
  it('survives 10,000 announces a second, and still finds the honest peer', async () => {
    await using lab = await Lab.create()
    const source = join(lab.folder, 'source', 'image.bin')
    await writeRandomFile(source, 1024 * 1024, 'flood')
    const torrent = await makeTorrent({ source, pieceLength: 64 * 1024, path: join(lab.folder, 'image.torrent') })
    const [victim, attacker, honest] = [await lab.host(), await lab.host(), await lab.host()]
    const leecher = await startPeer('swarmd', victim, { torrent, folder: join(lab.folder, 'victim') })
    assert.ok(leecher instanceof SwarmdClient)
    const { swarmd } = leecher
    await swarmd.waitForSwarm(torrent.infoHash, 'the swarm', ({ state }) => state === 'stalled')

    const before = cpuSeconds(leecher.process.pid)
    const seconds = await send(attacker, attacker.address, torrent.infoHash, 10_000, 30_000)
    const spent = cpuSeconds(leecher.process.pid) - before
    assert.ok(spent < 0.5 * seconds, `${spent} s of CPU in ${seconds} s`)
    // No more ports than a machine has peers.
    const { known } = (await swarmd.swarm(torrent.infoHash)).peers
    assert.ok(known > 0 && known <= 16, `${known} candidates`)

    await startPeer('swarmd', honest, { torrent, folder: join(lab.folder, 'honest'), seedFrom: source })
    await leecher.done()
  })

  it('takes nothing from a machine that is not on the link', async () => {
    await using lab = await Lab.create()
    const source = join(lab.folder, 'source', 'image.bin')
    await writeRandomFile(source, 64 * 1024, 'off-link')
    const torrent = await makeTorrent({ source, pieceLength: 64 * 1024, path: join(lab.folder, 'image.torrent') })
    const [victim, attacker] = [await lab.host(), await lab.host()]
    const leecher = await startPeer('swarmd', victim, { torrent, folder: join(lab.folder, 'victim') })
    assert.ok(leecher instanceof SwarmdClient)
    const { swarmd } = leecher
    await swarmd.waitForSwarm(torrent.infoHash, 'the swarm', ({ state }) => state === 'stalled')
    await attacker.run('ip', ['address', 'add', '192.0.2.66/24', 'dev', 'eth0'])
    const known = async (): Promise<number> => (await swarmd.swarm(torrent.infoHash)).peers.known
    /** From the link, until the victim knows so many ports: by then it has looked at all that came before. */
    const learns = (ports: number): Promise<unknown> =>
      waitUntil(`${ports} candidates`, async () => {
        await send(attacker, attacker.address, torrent.infoHash, 1000, ports)
        return (await known()) >= ports
      })
    await learns(1)
    await send(attacker, '192.0.2.66', torrent.infoHash, 1000, 50)
    await learns(2)
    assert.equal(await known(), 2)
  })
})
