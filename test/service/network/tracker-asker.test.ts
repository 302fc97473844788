import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { infoHashFromHex, peerIdFromBytes, type AnnounceRequest } from '../../../src/protocol/index.ts'
import { TrackerAsker } from '../../../src/service/network/tracker-asker.ts'
import { Durations } from '../../../src/swarm/index.ts'
import { TinyTracker } from '../../support/tiny-tracker.ts'
import { UdpTrackerDouble } from '../../support/udp-tracker-double.ts'
import { waitUntil } from '../../support/wait-until.ts'

const SWARMS = 200

function requestOf(nth: number): AnnounceRequest {
  const infoHash = infoHashFromHex(nth.toString(16).padStart(40, '0'))
  assert.ok(infoHash)
  const peerId = peerIdFromBytes(Buffer.from('-SW0100-abcdefghijkl', 'latin1'))
  const counts = { uploaded: 0, downloaded: 0, left: 0, numWant: 50 }
  return { infoHash, peerId, port: 5000, ...counts, key: '1', compact: true, noPeerId: true }
}

const requests = Array.from({ length: SWARMS }, (_, nth) => requestOf(nth))
const never = new AbortController().signal

describe('the announces of many swarms that begin at once', { timeout: 60_000 }, () => {
  it('ask a UDP tracker for a few connection ids, and not for one each: that would be a flood to it', async () => {
    await using tracker = await UdpTrackerDouble.start()
    const asker = new TrackerAsker('test', new Durations(), () => 0)
    await Promise.all(requests.map((request) => asker.ask(tracker.url, request, never)))
    asker.close()
    assert.equal(new Set(tracker.announces.map(({ infoHash }) => infoHash)).size, SWARMS)
    const connects = tracker.heard.filter(({ action }) => action === 0).length
    assert.ok(connects <= 16, `${connects} for ${SWARMS} swarms`)
  })

  it('take 16 sockets of an HTTP tracker at most, and keep nobody from another one', async () => {
    await using silent = await TinyTracker.start()
    await using other = await TinyTracker.start()
    silent.hangs = true
    const asker = new TrackerAsker('test', new Durations(), () => 0)
    const leaving = new AbortController()
    const asked = requests.map((request) => asker.ask(silent.url, request, leaving.signal).catch(() => null))
    await waitUntil('the first requests', () => silent.heard.length === 16)
    const { interval } = await asker.ask(other.url, requestOf(0), never)
    assert.equal(interval, 1800)
    assert.equal(silent.heard.length, 16)
    // Whoever leaves waits for no turn.
    leaving.abort()
    assert.deepEqual(new Set(await Promise.all(asked)), new Set([null]))
    assert.equal(silent.heard.length, 16)
    // And the turns are free again.
    silent.hangs = false
    await Promise.all(requests.map((request) => asker.ask(silent.url, request, never)))
    assert.equal(silent.heard.length, 16 + SWARMS)
    asker.close()
  })

  it('come again a little later, each by chance, so that they part', async () => {
    await using tracker = await TinyTracker.start()
    const asker = new TrackerAsker('test', new Durations(), () => 0.5)
    const { interval } = await asker.ask(tracker.url, requestOf(0), never)
    assert.equal(Math.round(interval), 1890)
    asker.close()
  })
})
