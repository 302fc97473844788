import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BLOCK_LENGTH } from '../../../src/protocol/index.ts'
import { RateBudget } from '../../../src/swarm/rate/rate-budget.ts'
import { TorrentRig, block } from './torrent-rig.ts'

describe('why we get blocks from a peer, or get none,', () => {
  const why = (rig: TorrentRig, peer: number): string => {
    const { code, reason } = rig.torrent.whyFrom(rig.session(peer), rig.now)
    return `${code}: ${reason}`
  }

  it('is said in a code and a sentence', () => {
    const rig = new TorrentRig({ pieces: 1, blocksPerPiece: 1, limits: { maxSources: 1 } }).connect(1)
    assert.equal(why(rig, 1), 'nothing-we-lack: it has nothing that we lack, so we are not interested')
    rig.say(1, { type: 'have-all' })
    assert.equal(why(rig, 1), 'choked: it chokes us: it gives its slots to others')
    rig.say(1, { type: 'unchoke' }).connectSeeder(2)
    assert.equal(why(rig, 1), 'downloading: 1 request in flight, 0 B/s')
    assert.equal(why(rig, 2), 'spare: it would serve us, but we download from 1 other; it is tried in its turn')
    rig.pass(21)
    assert.equal(why(rig, 1), 'snubbed: snubbed: it owed us blocks and sent none for 21 s')
    rig.connectLeechers(3).block(2, block(0)).settle()
    assert.equal(why(rig, 3), 'complete: we have everything')
  })

  it('names the others when they were asked for all that a peer has', () => {
    const rig = new TorrentRig({ pieces: 1, blocksPerPiece: 1 }).connectSeeder(1).connectSeeder(2)
    assert.equal(why(rig, 2), 'all-asked: all that it has is asked of others already')
  })

  it('names the disk when that is behind', () => {
    const rig = new TorrentRig({ pieces: 4, blocksPerPiece: 1 })
    rig.handle({ type: 'storage-pressure', high: true }).connectSeeder(1)
    assert.equal(why(rig, 1), 'disk-behind: our disk is behind, so that we ask for nothing new')
  })

  it('names the one that it makes room for', () => {
    const rig = new TorrentRig({ pieces: 40, blocksPerPiece: 40, limits: { maxSources: 1 } })
    rig.connectSeeder(1).connectSeeder(2)
    for (let second = 0; second < 12; second++) {
      const [asked] = Array.from(rig.session(1).requests.blocks(), (id) => rig.torrent.picker.range(id))
      if (asked) rig.block(1, asked)
      rig.pass(1)
    }
    assert.match(why(rig, 1), /^gives-way: it gives way to another, \d+ requests? to go$/)
  })
})

describe('under a limit of the download rate', () => {
  it('it is the limit that is named, and neither the disk nor the other peers', () => {
    const downloadBudget = new RateBudget()
    downloadBudget.setLimit(BLOCK_LENGTH, 1000)
    const rig = new TorrentRig({ pieces: 40, blocksPerPiece: 4, downloadBudget }).connectSeeder(1)
    for (let second = 0; second < 5; second++) {
      rig.pass(1)
      const [asked] = Array.from(rig.session(1).requests.blocks(), (id) => rig.torrent.picker.range(id))
      assert.ok(asked !== undefined)
      assert.equal(
        rig.torrent.progress(rig.now).reason,
        'downloading from 1 peer, 1 connected; our download limit holds it back',
      )
      rig.block(1, asked)
      const { code, reason } = rig.torrent.whyFrom(rig.session(1), rig.now)
      assert.equal(code, 'limited')
      assert.match(reason, /^\S+ \S+; more is asked for as soon as our download limit lets us$/)
      const { stalled, reason: state } = rig.torrent.progress(rig.now)
      assert.deepEqual(
        [stalled, state],
        [false, 'downloading from 1 peer, 1 connected; our download limit holds it back'],
      )
    }
  })
})

describe('the progress of a download', () => {
  const progress = (rig: TorrentRig): string => {
    const { stalled, code, reason } = rig.torrent.progress(rig.now)
    return `${stalled ? 'stalled' : 'going'}, ${code}: ${reason}`
  }

  it('says what it waits for', () => {
    const rig = new TorrentRig()
    assert.equal(progress(rig), 'stalled, no-peers-known: no peers known yet')
    rig.handle({ type: 'candidates', addresses: [{ host: '10.0.0.1', port: 5000 }], source: 'tracker' })
    assert.equal(progress(rig), 'stalled, not-connected: connected to none of 1 peer known')
    rig.connect(1)
    assert.equal(progress(rig), 'stalled, nothing-we-lack: none of 1 peer has a piece that we lack')
    rig.say(1, { type: 'have-all' })
    assert.equal(progress(rig), 'stalled, all-choke-us: the only peer with pieces that we lack chokes us')
    rig.say(1, { type: 'unchoke' })
    assert.equal(progress(rig), 'going, downloading: downloading from 1 peer, 1 connected')
    rig.connect(2).say(2, { type: 'have-all' })
    assert.equal(progress(rig), 'going, downloading: downloading from 1 peer, 2 connected; 1 more chokes us')
    rig.pass(21)
    const sentence = '1 peer with pieces that we lack sent nothing of what was asked, and 1 chokes us'
    assert.equal(progress(rig), `stalled, snubbed: ${sentence}`)
  })

  it('says when nobody has the rest, and when the disk holds it up', () => {
    const rig = new TorrentRig({ pieces: 4, blocksPerPiece: 1 }).connect(1)
    rig.say(1, { type: 'bitfield', bytes: Buffer.from([0x80]) }, { type: 'unchoke' })
    const rare = 'downloading from 1 peer, 1 connected; 3 pieces that we lack nobody connected has'
    assert.equal(progress(rig), `going, downloading: ${rare}`)
    rig.block(1, block(0))
    rig.handle({ type: 'storage-pressure', high: true })
    assert.equal(progress(rig), 'going, disk-behind: our disk takes what 1 peer sent, 1 connected')
    rig.pass(6)
    const disk = 'our disk is behind: nothing new is asked until it has caught up'
    assert.equal(progress(rig), `stalled, disk-behind: ${disk}`)
  })

  it('is not stalled while our disk takes what came', () => {
    const rig = new TorrentRig({ pieces: 1, blocksPerPiece: 1 }).connectSeeder(1).block(1, block(0))
    assert.equal(progress(rig), 'going, disk-behind: our disk takes what 1 peer sent, 1 connected')
    rig.pass(6)
    assert.equal(
      progress(rig),
      'stalled, nothing-to-ask: 1 peer with pieces that we lack, and nothing to ask of them now',
    )
  })
})
