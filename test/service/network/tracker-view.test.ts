import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { inMemoryTorrent } from '../../support/in-memory-torrent.ts'
import { TestService } from '../../support/running-service.ts'
import { TinyTracker } from '../../support/tiny-tracker.ts'
import { UdpTrackerDouble } from '../../support/udp-tracker-double.ts'
import { waitUntil } from '../../support/wait-until.ts'

describe('the trackers of a swarm', { timeout: 120_000 }, () => {
  it('are shown tier by tier, with how it went with each, and no passkey', async () => {
    await using silent = await TinyTracker.start()
    await using udp = await UdpTrackerDouble.start()
    silent.hangs = true
    await using running = await TestService.start()
    const tiers = [
      [`http://127.0.0.1:${running.port}/announce`],
      ['http://127.0.0.1:1/announce/0123456789abcdef0123?key=secret'],
      [udp.url],
      [silent.url],
      ['wss://t.example/x'],
    ]
    const torrent = inMemoryTorrent({ name: 'shown.bin', content: 300_000, announceTiers: tiers })
    const { infoHash } = torrent.metainfo
    await running.join(torrent.bytes)
    await running.swarm(infoHash, ({ peers }) => peers.known === 1)
    const [own, failed, working, waiting, refused] = running.service.trackers(infoHash)
    assert.equal(own?.status, 'own')
    assert.equal(failed?.url, 'http://127.0.0.1:1/announce/***?key=***')
    assert.equal(failed?.status, 'failed')
    assert.equal(failed?.failures, 1)
    assert.match(failed?.lastError ?? '', /ECONNREFUSED/)
    assert.match(failed?.statusReason ?? '', /^failed once \(.*\); asked again in \d+ s$/)
    assert.equal(working?.status, 'working')
    assert.deepEqual([working?.tier, working?.seeders, working?.leechers, working?.peers], [2, 2, 3, 1])
    assert.match(working?.statusReason ?? '', /^answered with 1 peer; asked again in \d+ s$/)
    const [last, next] = [working?.lastAnnounceAt, working?.nextAnnounceAt].map((time) => Date.parse(time ?? ''))
    const interval = ((next ?? 0) - (last ?? 0)) / 1000
    // The tracker's half an hour, and up to a tenth more by chance.
    assert.ok(interval >= 1799 && interval <= 1981, `${interval} s`)
    assert.deepEqual([waiting?.status, waiting?.lastAnnounceAt, waiting?.nextAnnounceAt], ['waiting', null, null])
    assert.equal(refused?.status, 'refused')
    await running.service.setDesiredState(infoHash, 'stopped')
    assert.deepEqual(
      running.service.trackers(infoHash).map(({ status }) => status),
      ['own', 'stopped', 'stopped', 'stopped', 'refused'],
    )
  })

  it('are asked at once when somebody wants it', async () => {
    await using tracker = await UdpTrackerDouble.start()
    await using running = await TestService.start()
    const torrent = inMemoryTorrent({ name: 'asked.bin', content: 300_000, announce: tracker.url })
    const { infoHash } = torrent.metainfo
    await running.join(torrent.bytes)
    await running.swarm(infoHash, ({ peers }) => peers.known === 1)
    running.service.announce(infoHash)
    await waitUntil('a second announce', () => tracker.announces.length === 2, { intervalMs: 5 })
    assert.equal(tracker.announces[1]?.event, 0)
    await running.service.setDesiredState(infoHash, 'stopped')
    assert.throws(() => running.service.announce(infoHash), { code: 'swarm-stopped' })
  })
})
