import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { explainSearch, type Search } from '../../../src/service/swarm/explain-search.ts'
import { inMemoryTorrent } from '../../support/in-memory-torrent.ts'
import { TestService } from '../../support/running-service.ts'

const search = (changes: Partial<Search> = {}): Search => ({
  trackers: [{ url: 'http://10.0.0.248:5000/announce', lastError: 'connection refused', answered: 3 }],
  lsd: false,
  members: 0,
  isPrivate: false,
  ...changes,
})

describe('a swarm that knows nobody', () => {
  it('says which tracker is dead, where else it looked, and what to do', () => {
    assert.equal(
      explainSearch(search()),
      'no peers known: 10.0.0.248:5000 does not answer (connection refused); local discovery is off; ' +
        'no member of the network is known. Name a living peer: --peers at the start, or POST /swarms/{infoHash}/peers.',
    )
    assert.match(explainSearch(search({ members: 7, lsd: true })) ?? '', /nobody on the LAN .* none of 7 members/)
    assert.match(explainSearch(search({ trackers: [] })) ?? '', /names no other tracker/)
    assert.match(explainSearch(search({ isPrivate: true })) ?? '', /private: only its trackers/)
  })

  it('says nothing of it before the trackers were asked', () => {
    assert.equal(explainSearch(search({ trackers: [{ url: 'http://t/', lastError: null, answered: 0 }] })), null)
  })

  it('tells so in its state, when its one announcer is dead', async () => {
    await using service = await TestService.start()
    const announce = 'http://127.0.0.1:9/announce'
    const torrent = inMemoryTorrent({ name: 'f.bin', content: 1000, announce })
    await service.join(torrent.bytes)
    const isTold = ({ stateReason }: { stateReason: string }): boolean => stateReason.includes('does not answer')
    const { stateReason, state } = await service.swarm(torrent.metainfo.infoHash, isTold)
    assert.equal(state, 'stalled')
    assert.match(stateReason, /^no peers known: 127\.0\.0\.1:9 does not answer .*local discovery is off.*--peers/)
  })
})
