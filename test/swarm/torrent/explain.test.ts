import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { explainDownload, explainProgress } from '../../../src/swarm/torrent/explain.ts'
import { TorrentRig, block } from './torrent-rig.ts'

describe('explainDownload', () => {
  const why = (rig: TorrentRig, peer: number): string =>
    explainDownload(rig.session(peer), rig.torrent.have.isFull, rig.now)

  it('says in one sentence why we get blocks from a peer, or do not', () => {
    const rig = new TorrentRig({ pieces: 1, blocksPerPiece: 1, limits: { maxSources: 1 } }).connect(1)
    assert.equal(why(rig, 1), 'it has nothing that we lack')
    rig.say(1, { type: 'have-all' })
    assert.equal(why(rig, 1), 'it chokes us')
    rig.say(1, { type: 'unchoke' }).connectSeeder(2)
    assert.equal(why(rig, 1), '1 request in flight')
    assert.equal(why(rig, 2), 'it would serve us, but we download from enough peers already')
    rig.pass(21)
    assert.equal(why(rig, 1), 'snubbed: it owed us blocks and sent none for 21 s')
    rig.connectLeechers(3).block(2, block(0)).settle()
    assert.equal(why(rig, 3), 'we have everything')
  })

  it('says when others were asked for all that a peer has', () => {
    const rig = new TorrentRig({ pieces: 1, blocksPerPiece: 1 }).connectSeeder(1).connectSeeder(2)
    assert.equal(why(rig, 2), 'all that it has is asked of others already')
  })
})

describe('explainProgress', () => {
  const progress = (rig: TorrentRig): string => {
    const { stalled, reason } = explainProgress(rig.torrent.sessions.values(), rig.torrent.peers.size, rig.now)
    return `${stalled ? 'stalled' : 'going'}: ${reason}`
  }

  it('says what a download waits for', () => {
    const rig = new TorrentRig()
    assert.equal(progress(rig), 'stalled: no peers known yet')
    rig.handle({ type: 'candidates', addresses: [{ host: '10.0.0.1', port: 5000 }], source: 'tracker' })
    assert.equal(progress(rig), 'stalled: connected to none of 1 peer known')
    rig.connect(1)
    assert.equal(progress(rig), 'stalled: none of 1 peer has a piece that we lack')
    rig.say(1, { type: 'have-all' })
    assert.equal(progress(rig), 'stalled: all of 1 peer with pieces that we lack choke us')
    rig.say(1, { type: 'unchoke' })
    assert.equal(progress(rig), 'going: downloading from 1 peer, 1 connected')
    rig.pass(21)
    assert.equal(progress(rig), 'stalled: 1 peer with pieces that we lack, none sends')
  })

  it('is not stalled while our disk takes what came', () => {
    const rig = new TorrentRig({ pieces: 1, blocksPerPiece: 1 }).connectSeeder(1).block(1, block(0))
    assert.equal(progress(rig), 'going: our disk takes what 1 peer sent, 1 connected')
    rig.pass(6)
    assert.equal(progress(rig), 'stalled: 1 peer with pieces that we lack, none sends')
  })
})
