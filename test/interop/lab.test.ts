import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { LabHost } from '../support/lab-host.ts'
import { labRequirements } from '../support/lab-requirements.ts'
import { Lab } from '../support/lab.ts'
import { makeTorrent } from '../support/make-torrent.ts'
import { OpenTracker } from '../support/open-tracker.ts'
import { sha1OfFile, writeRandomFile } from '../support/random-file.ts'
import { startPeer } from '../support/start-peer.ts'
import { waitUntil } from '../support/wait-until.ts'

describe('the lab', { skip: labRequirements('lab-and-clients'), timeout: 300_000 }, () => {
  const serve = ['-m', 'http.server', '8000', '--directory', '/run/netns']

  it('joins its hosts, and keeps them from everyone else', async () => {
    await using lab = await Lab.create()
    const [one, two] = [await lab.host(), await lab.host()]
    one.spawn('/usr/bin/python3', serve)
    const isUp = async (): Promise<boolean> => (await two.request(`http://${one.address}:8000/`)).status === 200
    await waitUntil('host 2 to reach host 1', isUp)
    assert.deepEqual(JSON.parse((await two.run('ip', ['-json', 'route', 'show', 'default'])).toString()), [])
    await using other = await Lab.create()
    const stranger = await other.host()
    await assert.rejects(stranger.request(`http://${one.address}:8000/`, { timeoutMs: 1000 }))
  })

  it('parts its hosts into groups and heals them, keeps two apart for good, and kills all that runs on one', async () => {
    await using lab = await Lab.create()
    const [one, two, three] = [await lab.host(), await lab.host(), await lab.host()]
    const servers = [one, two, three].map((host) => host.spawn('/usr/bin/python3', serve))
    const reaches = async (from: LabHost, to: LabHost, timeoutMs = 1000): Promise<boolean> => {
      const url = `http://${to.address}:8000/`
      const answer = await from.request(url, { timeoutMs }).catch(() => null)
      return answer?.status === 200
    }
    for (const host of [one, two, three]) await waitUntil('a server', () => reaches(one, host))

    await lab.partition([[one], [two, three]])
    assert.equal(await reaches(two, three, 10_000), true)
    for (const [from, to] of [
      [one, two],
      [two, one],
      [three, one],
    ] as const)
      assert.equal(await reaches(from, to), false)
    await lab.forbid(two, three)
    await lab.heal()
    assert.equal(await reaches(two, one, 10_000), true)
    assert.equal(await reaches(two, three), false)

    await lab.kill(three)
    assert.deepEqual(
      servers.map(({ running }) => running),
      [true, true, false],
    )
    assert.equal(await reaches(one, three), false)
  })

  it('leaves no process, namespace or file behind', async () => {
    const lab = await Lab.create()
    const host = await lab.host()
    const sleeper = host.spawn('sh', ['-c', 'trap "" TERM; sleep 1000 & wait; wait'])
    await lab[Symbol.asyncDispose]()
    assert.equal(sleeper.running, false)
    assert.equal(existsSync(lab.folder), false)
    assert.ok(!(await readdir('/run/netns')).includes(host.namespace))
  })

  it('lets two clients of the world transfer a file through a tracker, no faster than the link', async () => {
    await using lab = await Lab.create()
    const trackerHost = await lab.host()
    const source = join(lab.folder, 'source', 'image.bin')
    await writeRandomFile(source, 32 * 1024 * 1024, 'lab')
    const announceUrl = OpenTracker.announceUrl(trackerHost)
    const path = join(lab.folder, 'image.torrent')
    const torrent = await makeTorrent({ source, pieceLength: 256 * 1024, announceUrl, path })
    await OpenTracker.start(trackerHost, [torrent.infoHash])
    const seederHost = await lab.host({ uploadMegabits: 200 })
    await startPeer('aria2', seederHost, { torrent, folder: join(lab.folder, 'seeder'), seedFrom: source })
    const start = performance.now()
    const leecher = await startPeer('libtorrent', await lab.host(), { torrent, folder: join(lab.folder, 'leecher') })
    await leecher.done()
    const seconds = (performance.now() - start) / 1000
    assert.ok(seconds > (32 * 8 * 1.048) / 200 - 0.1, `${seconds} s`)
    await leecher.stop()
    assert.equal(await sha1OfFile(join(leecher.dataFolder, torrent.name)), await sha1OfFile(source))
  })
})
