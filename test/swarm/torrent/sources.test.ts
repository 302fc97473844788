import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BLOCK_LENGTH } from '../../../src/protocol/index.ts'
import { RateBudget } from '../../../src/swarm/rate/rate-budget.ts'
import { TorrentRig, block, type RigOptions } from './torrent-rig.ts'

const BAD = Buffer.alloc(BLOCK_LENGTH, 7)
/** All blocks are asked of peer 1, for it was the first. */
const rigOf = (options: RigOptions = {}): TorrentRig => new TorrentRig(options).connectSeeder(1)

/** Each of the first peers sends so many blocks a second while it is asked. @returns seconds as source, of each */
function giveFor(rig: TorrentRig, rates: readonly number[], seconds: number): number[] {
  const asSource = rates.map(() => 0)
  for (let second = 0; second < seconds; second++) {
    for (const [at, rate] of rates.entries()) {
      const session = rig.session(at + 1)
      if (session.isSource) asSource[at] = (asSource[at] ?? 0) + 1
      const asked = Array.from(session.requests.blocks(), (id) => rig.torrent.picker.range(id))
      for (const range of asked.slice(0, rate)) rig.block(at + 1, range)
    }
    rig.settle().take()
    rig.pass(1)
    assert.ok(rig.torrent.sources <= 4)
    const owing = rates.filter((_, at) => rig.inFlight(at + 1) > 0).length
    assert.ok(owing <= 4, `${owing} peers owe us blocks`)
  }
  return asSource
}

function trial(rates: readonly number[], seconds: number): { rig: TorrentRig; asSource: number[] } {
  const rig = new TorrentRig({ pieces: 100, blocksPerPiece: 40 })
  for (const at of rates.keys()) rig.connectSeeder(at + 1)
  return { rig, asSource: giveFor(rig, rates, seconds) }
}

describe('sources', () => {
  it('are four at most, and a free place is taken at once', () => {
    const rig = new TorrentRig({ pieces: 20, blocksPerPiece: 40 })
    for (const peer of [1, 2, 3, 4, 5, 6]) rig.connectSeeder(peer)
    assert.equal(rig.torrent.sources, 4)
    assert.deepEqual(rig.requests(5), [])
    rig.say(2, { type: 'choke' })
    assert.equal(rig.torrent.sources, 4)
    assert.ok(rig.requests(5).length > 0)
    rig.handle({ type: 'closed', peer: 1, reason: 'remote-closed' })
    assert.ok(rig.requests(6).length > 0)
  })

  it('come to be the fastest, with one place at most for trials', () => {
    const { asSource } = trial([1, 2, 1, 2, 8, 9, 7], 150)
    for (const fast of [4, 5, 6]) assert.ok((asSource[fast] ?? 0) > 100, asSource.join(' '))
    for (const slow of [0, 1, 2, 3]) assert.ok((asSource[slow] ?? 0) < 90, asSource.join(' '))
  })

  it('keep the best while others are tried', () => {
    const { asSource } = trial([9, 8, 7, 1, 1, 1], 100)
    assert.deepEqual(asSource.slice(0, 3), [100, 100, 100])
    for (const tried of [3, 4, 5]) assert.ok((asSource[tried] ?? 0) >= 10, asSource.join(' '))
  })
})

describe('a peer that unchokes us while all places are taken', () => {
  /** Peers 1 to 4 have been sources for 15 s, and sent so many blocks a second; then peer 5 comes and unchokes us. */
  const offered = (rates: readonly number[], seconds = 15): TorrentRig => {
    const { rig } = trial(rates, seconds)
    rig.take()
    return rig.connectSeeder(5)
  }
  const answerAll = (rig: TorrentRig, peer: number): void => {
    for (const id of [...rig.session(peer).requests.blocks()]) rig.block(peer, rig.torrent.picker.range(id))
  }

  it('has the place of the worst at once, if that gives half of the average or less', () => {
    const rig = offered([9, 8, 3, 7])
    assert.deepEqual([rig.session(3).givesWay, rig.session(5).isSource], [true, false])
    answerAll(rig, 3)
    assert.deepEqual([rig.session(3).isSource, rig.session(5).isSource], [false, true])
    assert.ok(rig.inFlight(5) > 0)
    assert.equal(rig.torrent.sources, 4)
  })

  it('waits for its trial while all give about the same', () => {
    const rig = offered([9, 8, 5, 7])
    for (const peer of [1, 2, 3, 4]) assert.equal(rig.session(peer).givesWay, false)
    assert.equal(rig.session(5).isSource, false)
  })

  it('waits while the worst is on trial itself', () => {
    const rig = offered([9, 8, 3, 7], 9)
    for (const peer of [1, 2, 3, 4]) assert.equal(rig.session(peer).givesWay, false)
  })

  it('does not take the place that another one is to have', () => {
    const rig = offered([9, 8, 3, 7]).connectSeeder(6)
    answerAll(rig, 3)
    assert.deepEqual([rig.session(5).isSource, rig.session(6).isSource], [true, false])
  })

  it('leaves the place to another if it chokes us again before it is free', () => {
    const rig = offered([9, 8, 3, 7]).connectSeeder(6).say(5, { type: 'choke' })
    answerAll(rig, 3)
    assert.deepEqual([rig.session(5).isSource, rig.session(6).isSource], [false, true])
  })
})

describe('whether a source was asked in vain', () => {
  /** Peers 1 to 6 send so many blocks a second while they are asked: whether each was. */
  const judged = (rates: readonly number[], seconds: number): boolean[] => {
    const { rig } = trial(rates, seconds)
    return rates.map((_, at) => rig.session(at + 1).askedInVain)
  }

  it('is known after its trial, and remembered while others are asked', () => {
    assert.deepEqual(judged([9, 8, 7, 0, 1, 1], 9), [false, false, false, false, false, false])
    assert.deepEqual(judged([9, 8, 7, 0, 1, 1], 100), [false, false, false, true, false, false])
  })

  it('is not held against it once it gives', () => {
    const { rig } = trial([0], 25)
    assert.equal(rig.session(1).askedInVain, true)
    giveFor(rig, [1], 45)
    assert.equal(rig.session(1).askedInVain, false)
  })

  it('is not said of one that we ask for little, by our own limit, and that answers within seconds', () => {
    const downloadBudget = new RateBudget()
    const rig = new TorrentRig({ pieces: 100, blocksPerPiece: 40, downloadBudget }).connectSeeder(1)
    downloadBudget.setLimit(1024, rig.now)
    for (let second = 0; second < 60; second++) {
      const asked = Array.from(rig.session(1).requests.blocks(), (id) => rig.torrent.picker.range(id))
      rig.settle().pass(1)
      assert.equal(rig.session(1).askedInVain, false, `after ${second} s`)
      for (const range of asked) rig.block(1, range)
    }
  })
})

describe('a source that gives way', () => {
  /** One place, two peers: the first has had it for so long that the second is to be tried. */
  const giving = (): TorrentRig => {
    const rig = new TorrentRig({ pieces: 40, blocksPerPiece: 40, limits: { maxSources: 1 } })
    rig.connectSeeder(1).connectSeeder(2)
    for (let second = 0; second < 12; second++) sendOne(rig)
    assert.equal(rig.session(1).givesWay, true)
    return rig
  }
  const sendOne = (rig: TorrentRig): void => {
    const [asked] = Array.from(rig.session(1).requests.blocks(), (id) => rig.torrent.picker.range(id))
    if (asked) rig.block(1, asked)
    rig.pass(1)
  }

  it('sends what it owes, is asked for nothing more, and then makes room', () => {
    const rig = giving()
    const owed = rig.inFlight(1)
    assert.ok(owed > 0)
    rig.take()
    for (let left = owed; left > 0; left--) {
      assert.equal(rig.inFlight(1), left)
      assert.deepEqual([rig.inFlight(2), rig.session(2).isSource], [0, false])
      const [asked] = Array.from(rig.session(1).requests.blocks(), (id) => rig.torrent.picker.range(id))
      if (asked) rig.block(1, asked)
      rig.now += 100
    }
    rig.handle({ type: 'tick' })
    assert.equal(rig.session(1).isSource, false)
    assert.ok(rig.inFlight(2) > 0)
    assert.deepEqual([rig.requests(1), rig.requests(1, 'cancel')], [[], []])
    assert.equal(rig.torrent.counters.wasted, 0)
  })

  it('makes room after 10 s if it is slow, and what it still owed is welcome all the same', () => {
    const rig = giving()
    const owed = Array.from(rig.session(1).requests.blocks(), (id) => rig.torrent.picker.range(id))
    rig.take()
    rig.pass(7)
    assert.equal(rig.session(2).isSource, false)
    rig.pass(3)
    assert.deepEqual([rig.session(1).isSource, rig.session(1).snubbed, rig.session(2).isSource], [false, false, true])
    assert.equal(rig.requests(1, 'cancel').length, owed.length)
    const [late] = owed
    assert.ok(late)
    rig.block(1, late)
    assert.equal(rig.torrent.counters.wasted, 0)
  })

  it('stays when the other is gone', () => {
    const rig = giving()
    rig.handle({ type: 'closed', peer: 2, reason: 'remote-closed' })
    while (rig.inFlight(1) > 0 && rig.session(1).givesWay) sendOne(rig)
    rig.pass(1)
    assert.deepEqual([rig.session(1).isSource, rig.session(1).givesWay], [true, false])
    assert.ok(rig.inFlight(1) > 0)
  })
})

describe('a peer that owes blocks and sends none for 20 s', () => {
  it('is snubbed: its blocks are cancelled and asked of others', () => {
    const rig = rigOf().pass(19).connectSeeder(2)
    assert.equal(rig.session(1).snubbed, false)
    rig.pass(2)
    assert.equal(rig.session(1).snubbed, true)
    assert.equal(rig.inFlight(1), 0)
    assert.equal(rig.requests(1, 'cancel').length, 8)
    assert.equal(rig.inFlight(2), 8)
  })

  it('is tried again half a minute later, with one request', () => {
    const rig = rigOf()
    rig.pass(21).take()
    rig.pass(29)
    assert.equal(rig.inFlight(1), 0)
    rig.pass(3)
    assert.equal(rig.inFlight(1), 1)
    const [asked] = rig.requests(1)
    assert.ok(asked)
    rig.block(1, asked)
    assert.equal(rig.session(1).snubbed, false)
    assert.ok(rig.inFlight(1) > 1)
  })

  it('is welcome to send them late, as long as they lack', () => {
    const rig = rigOf({ pieces: 1 })
    rig.pass(21)
    rig.block(1, block(0, 0)).block(1, block(0, 1)).settle()
    assert.equal(rig.torrent.have.isFull, true)
    assert.equal(rig.torrent.counters.wasted, 0)
  })

  it('can not spoil the block that another sends meanwhile', () => {
    const rig = rigOf({ pieces: 1, blocksPerPiece: 1 })
    const slow = rig.torrent.blockTarget(1, 0, 0, BLOCK_LENGTH)
    assert.ok(slow)
    rig.pass(21).connectSeeder(2)
    const fast = rig.torrent.blockTarget(2, 0, 0, BLOCK_LENGTH)
    assert.ok(fast)
    fast.set(rig.piece(0))
    rig.handle({ type: 'block', peer: 2, ...block(0), taken: true })
    slow.set(BAD)
    rig.handle({ type: 'block', peer: 1, ...block(0), taken: true }).settle()
    assert.equal(rig.torrent.have.has(0), true)
    assert.equal(rig.of('banned').length, 0)
    assert.equal(rig.torrent.counters.wasted, BLOCK_LENGTH)
  })
})
