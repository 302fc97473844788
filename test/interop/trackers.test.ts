import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { TrackerView } from '../../src/service/face.ts'
import { labRequirements } from '../support/lab-requirements.ts'
import type { LabHost } from '../support/lab-host.ts'
import { Lab } from '../support/lab.ts'
import { makeTorrent, type MadeTorrent } from '../support/make-torrent.ts'
import { OpenTracker } from '../support/open-tracker.ts'
import { sha1OfFile, writeRandomFile } from '../support/random-file.ts'
import { startPeer } from '../support/start-peer.ts'
import { SwarmdClient } from '../support/swarmd-client.ts'
import { SwarmdProcess } from '../support/swarmd-process.ts'
import { waitUntil } from '../support/wait-until.ts'

const LENGTH = 8 * 1024 * 1024
const TIMEOUT_MS = 120_000
const PYTHON = '/usr/bin/python3'
const SCRAPE_UDP = fileURLToPath(new URL('../support/scrape-udp.py', import.meta.url))

const udp = (announceUrl: string): string => announceUrl.replace(/^http:/, 'udp:')

/** One file, and a torrent of it for each of these trackers: they are one swarm. */
async function setUp(lab: Lab, announceUrls: readonly string[]): Promise<{ source: string; torrents: MadeTorrent[] }> {
  const source = join(lab.folder, 'source', 'image.bin')
  await writeRandomFile(source, LENGTH, 'trackers')
  const torrents: MadeTorrent[] = []
  for (const [number, announceUrl] of announceUrls.entries()) {
    const path = join(lab.folder, `${number}.torrent`)
    torrents.push(await makeTorrent({ source, pieceLength: 256 * 1024, announceUrl, path }))
  }
  return { source, torrents }
}

/** "seeders downloads leechers", by HTTP: the three numbers as they stand in the bytes of the answer. */
async function scrapeHttp(from: LabHost, url: string, infoHash: string): Promise<string> {
  const { body } = await from.request(`${url}?info_hash=${infoHash.replaceAll(/../g, '%$&')}`)
  const text = body.toString('latin1')
  const name = Buffer.from(infoHash, 'hex').toString('latin1')
  const start = `d5:filesd20:${name}d`
  assert.ok(text.startsWith(start), text)
  const [, seeders, downloads, leechers] =
    /^8:completei(\d+)e10:downloadedi(\d+)e10:incompletei(\d+)eeee$/.exec(text.slice(start.length)) ?? []
  return `${seeders} ${downloads} ${leechers}`
}

async function scrapeUdp(from: LabHost, host: string, infoHash: string): Promise<string> {
  return (await from.run(PYTHON, [SCRAPE_UDP, host, '5000', infoHash])).toString().trim()
}

describe('trackers', { skip: labRequirements('lab-and-clients'), timeout: 600_000 }, () => {
  it('of ours serve libtorrent and transmission over UDP and aria2 over HTTP, and count them right', async () => {
    await using lab = await Lab.create()
    const [trackerHost, ...hosts] = [await lab.host(), await lab.host(), await lab.host(), await lab.host()]
    assert.ok(trackerHost)
    const http = SwarmdProcess.announceUrl(trackerHost)
    const { source, torrents } = await setUp(lab, [udp(http), udp(http), http])
    const torrent = torrents[0] as MadeTorrent
    await startPeer('swarmd', trackerHost, { torrent, folder: join(lab.folder, 'seeder'), seedFrom: source })
    const asker = hosts[0]
    const scrapeUrl = `http://${trackerHost.address}:5000/scrape`
    const scrapes = (): Promise<string[]> =>
      Promise.all([
        scrapeHttp(asker, scrapeUrl, torrent.infoHash),
        scrapeUdp(asker, trackerHost.address, torrent.infoHash),
      ])
    assert.deepEqual(await scrapes(), ['1 0 0', '1 0 0'])
    const kinds = ['libtorrent', 'transmission', 'aria2'] as const
    const leechers = await Promise.all(
      kinds.map((kind, at) => {
        const folder = join(lab.folder, kind)
        return startPeer(kind, hosts[at] as LabHost, { torrent: torrents[at] as MadeTorrent, folder })
      }),
    )
    await Promise.all(leechers.map((leecher) => leecher.done(TIMEOUT_MS)))
    const sha1 = await sha1OfFile(source)
    for (const leecher of leechers) assert.equal(await sha1OfFile(join(leecher.dataFolder, torrent.name)), sha1)
    // Each tells the tracker that it is complete when it gets round to it.
    const expected = ['4 3 0', '4 3 0']
    let seen: string[] = []
    const isRight = async (): Promise<boolean> => {
      seen = await scrapes()
      return seen.join() === expected.join()
    }
    await waitUntil('the numbers to be right', isRight, { timeoutMs: 90_000, intervalMs: 500 }).catch(
      (error: unknown) => {
        throw new Error(`scrapes say ${JSON.stringify(seen)}`, { cause: error })
      },
    )
  })

  for (const scheme of ['http', 'udp'] as const) {
    it(`of others: our peers find each other by opentracker over ${scheme}`, async () => {
      await using lab = await Lab.create()
      const [trackerHost, seederHost, leecherHost] = [await lab.host(), await lab.host(), await lab.host()]
      const http = OpenTracker.announceUrl(trackerHost)
      const { source, torrents } = await setUp(lab, [scheme === 'udp' ? udp(http) : http])
      const torrent = torrents[0] as MadeTorrent
      await OpenTracker.start(trackerHost, [torrent.infoHash])
      // By the tracker alone.
      const args = ['--lsd', 'off']
      await startPeer('swarmd', seederHost, { torrent, folder: join(lab.folder, 'seeder'), seedFrom: source, args })
      const leecher = await startPeer('swarmd', leecherHost, { torrent, folder: join(lab.folder, 'leecher'), args })
      await leecher.done(TIMEOUT_MS)
      assert.equal(await sha1OfFile(join(leecher.dataFolder, torrent.name)), await sha1OfFile(source))
      assert.ok(leecher instanceof SwarmdClient)
      const { body } = await leecher.swarmd.api('GET', `/swarms/${torrent.infoHash}/trackers`)
      const { items } = body as { items: TrackerView[] }
      assert.equal(items.length, 1)
      const [told] = items
      assert.equal(told?.url, `${scheme}://${trackerHost.address}:6969/announce`)
      assert.ok(told.status === 'working' || told.status === 'announcing', JSON.stringify(told))
      assert.ok(told.lastAnnounceAt !== null && (told.seeders ?? 0) + (told.leechers ?? 0) >= 2, JSON.stringify(told))
    })
  }
})
