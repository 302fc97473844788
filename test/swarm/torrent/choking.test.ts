import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BLOCK_LENGTH, encodeExtensionHandshake, type PeerMessage } from '../../../src/protocol/index.ts'
import { CHOKER_PROFILES } from '../../../src/swarm/choker/choker.ts'
import { TorrentRig, block } from './torrent-rig.ts'

const unchoked = (rig: TorrentRig): number[] =>
  Array.from(rig.torrent.sessions.values())
    .filter((session) => !session.amChoking)
    .map(({ key }) => key)
const uploadOnly = (yes: boolean): PeerMessage => ({
  type: 'extended',
  id: 0,
  payload: encodeExtensionHandshake({ m: new Map(), uploadOnly: yes }),
})

describe('a free slot', () => {
  it('goes to who becomes interested, at once, while there are four', () => {
    const rig = new TorrentRig({ have: [0] }).connectLeechers(1, 2, 3, 4, 5)
    assert.deepEqual(unchoked(rig), [1, 2, 3, 4])
    assert.equal(rig.torrent.unchoked, 4)
    assert.deepEqual(rig.words(1).at(-1), 'unchoke')
    assert.equal(rig.session(5).amChoking, true)
  })

  it('goes on to the next at once when its holder leaves, loses interest, or has everything', () => {
    const rig = new TorrentRig({ have: [0], pieces: 2 }).connectLeechers(1, 2, 3, 4, 5, 6, 7, 8)
    rig.handle({ type: 'closed', peer: 1, reason: 'remote-closed' })
    assert.deepEqual(unchoked(rig), [2, 3, 4, 5])
    rig.say(2, { type: 'not-interested' })
    assert.deepEqual(unchoked(rig), [3, 4, 5, 6])
    rig.say(3, { type: 'have', index: 0 }, { type: 'have', index: 1 })
    assert.deepEqual(unchoked(rig), [4, 5, 6, 7])
    assert.equal(rig.session(3).verdict.reason, 'choked: it has everything')
    rig.say(4, uploadOnly(true))
    assert.deepEqual(unchoked(rig), [5, 6, 7, 8])
    assert.equal(rig.session(4).verdict.reason, 'choked: it says that it only uploads')
  })

  it('goes to a peer that no longer says that it only uploads', () => {
    const rig = new TorrentRig({ have: [0] }).connect(1).say(1, uploadOnly(true), { type: 'interested' })
    assert.deepEqual(unchoked(rig), [])
    rig.say(1, uploadOnly(false))
    assert.deepEqual(unchoked(rig), [1])
  })

  it('is taken at once from who snubs us, and given back as soon as it sends', () => {
    const rig = new TorrentRig({ have: [0] }).connect(2)
    rig.say(2, { type: 'bitfield', bytes: Buffer.from([0x60]) }, { type: 'unchoke' }, { type: 'interested' })
    assert.deepEqual(unchoked(rig), [2])
    const [asked] = rig.requests(2)
    assert.ok(asked)
    rig.pass(20)
    assert.equal(rig.session(2).snubbed, true)
    assert.deepEqual(unchoked(rig), [])
    assert.equal(rig.session(2).verdict.code, 'snubbed')
    rig.block(2, asked)
    assert.deepEqual(unchoked(rig), [2])
  })

  it('goes to a peer that snubbed us when we have everything', () => {
    const rig = new TorrentRig({ pieces: 1, blocksPerPiece: 1 }).connect(1)
    rig.say(1, { type: 'have-none' }, { type: 'interested' })
    rig.session(1).snubbed = true
    rig.pass(1)
    assert.deepEqual(unchoked(rig), [])
    rig.connectSeeder(2).block(2, block(0)).settle()
    assert.deepEqual(unchoked(rig), [1])
  })
})

describe('who becomes interested while a slot is free', () => {
  it('is sent its first block without waiting for a tick, by a seeder that has nine of them', () => {
    const rig = new TorrentRig({ have: 'all' })
    // Half a second after a tick, and half a second before the next.
    rig.pass(3).now += 500
    const peers = [1, 2, 3, 4, 5, 6, 7, 8, 9]
    for (const peer of peers) rig.connect(peer).say(peer, { type: 'have-none' })
    for (const peer of peers) rig.say(peer, { type: 'interested' })
    for (const peer of [1, 2, 3, 4]) {
      assert.equal(rig.words(peer).at(-1), 'unchoke')
      rig.say(peer, { type: 'request', ...block(0) })
    }
    assert.deepEqual(
      rig.of('send-block').map(({ peer }) => peer),
      [1, 2, 3, 4],
    )
  })

  it('asks for blocks as soon as it is unchoked, without waiting for a tick', () => {
    const rig = new TorrentRig().pass(3).connect(1)
    rig.say(1, { type: 'have-all' })
    assert.equal(rig.words(1).at(-1), 'interested')
    rig.say(1, { type: 'unchoke' })
    assert.ok(rig.requests(1).length > 0)
  })
})

describe('while every slot is taken and used', () => {
  it('a peer that comes to want one is told to wait, and one that wants none any more is told that', () => {
    const rig = new TorrentRig({ have: [0] }).connectLeechers(1, 2, 3, 4, 5, 6)
    const said = (peer: number): [string, string] => [rig.session(peer).verdict.code, rig.session(peer).slots.phase]
    assert.deepEqual(
      [said(5), said(6)],
      [
        ['waiting', 'waiting'],
        ['waiting', 'waiting'],
      ],
    )
    rig.say(5, { type: 'not-interested' })
    assert.deepEqual(
      [said(5), said(6)],
      [
        ['not-interested', 'idle'],
        ['waiting', 'waiting'],
      ],
    )
    rig.say(5, { type: 'interested' })
    assert.deepEqual(said(5), ['waiting', 'waiting'])
    // A holder that goes, and one that wants nothing any more: both slots go on at once.
    rig.handle({ type: 'closed', peer: 1, reason: 'remote-closed' })
    rig.say(2, { type: 'not-interested' })
    assert.deepEqual(unchoked(rig), [3, 4, 5, 6])
  })
})

describe('two peers alone', () => {
  it('are never parted by a round: the slot stays, and nothing is said', () => {
    for (const choker of Object.values(CHOKER_PROFILES)) {
      const rig = new TorrentRig({ have: 'all', choker }).connectLeechers(1)
      assert.deepEqual(unchoked(rig), [1])
      rig.take()
      for (let second = 0; second < 600; second++) {
        rig.session(1).lastHeardAt = rig.now
        rig.pass(1)
      }
      assert.equal(rig.of('choker-round').length, 600_000 / choker.roundMs - 1)
      assert.deepEqual(
        rig.words(1).filter((word) => word !== 'keep-alive'),
        [],
      )
    }
  })
})

describe('two peers that snub each other', () => {
  it('are brought together again by the optimistic slot, within a round', () => {
    const rig = new TorrentRig({ have: [0] }).connect(1)
    rig.say(1, { type: 'bitfield', bytes: Buffer.from([0x60]) }, { type: 'interested' })
    rig.session(1).snubbed = true
    rig.pass(1)
    assert.deepEqual(unchoked(rig), [])
    rig.pass(30)
    assert.deepEqual(unchoked(rig), [1])
    assert.equal(rig.session(1).slot, 'optimistic')
  })
})

describe('a round', () => {
  it('comes every 30 s, ranks by the rate, and tells each peer once', () => {
    const rig = new TorrentRig({ have: [0], pieces: 2 }).connectLeechers(1, 2, 3, 4, 5, 6)
    for (const peer of [1, 2, 3, 4]) rig.say(peer, { type: 'request', index: 0, begin: 0, length: 9 })
    rig.pass(1)
    rig.session(5).download.add(BLOCK_LENGTH, rig.now + 29_000)
    rig.session(6).download.add(2 * BLOCK_LENGTH, rig.now + 29_000)
    rig.take()
    rig.pass(29)
    assert.deepEqual(rig.take(), [])
    rig.pass(1)
    assert.equal(rig.session(6).slot, 'regular')
    assert.equal(rig.session(5).slot, 'regular')
    assert.equal(unchoked(rig).length, 4)
    for (const peer of [1, 2, 3, 4, 5, 6]) assert.ok(rig.words(peer).length <= 1)
  })

  it('chokes before it unchokes, so that never more than four are unchoked', () => {
    const rig = new TorrentRig({ have: 'all' }).connectLeechers(1, 2, 3, 4, 5, 6, 7, 8, 9)
    let open = 4
    let most = 0
    rig.take()
    for (let round = 0; round < 20; round++) {
      for (const peer of [1, 2, 3, 4, 5, 6, 7, 8, 9]) rig.say(peer, { type: 'keep-alive' })
      rig.pass(30)
      for (const effect of rig.take()) {
        if (effect.type !== 'send') continue
        if (effect.message.type === 'unchoke') open++
        if (effect.message.type === 'choke') open--
        most = Math.max(most, open)
      }
    }
    assert.equal(most, 4)
  })
})

describe('a slot that is not used', () => {
  const request = { type: 'request', index: 0, begin: 0, length: 9 } as const

  it('is taken back after 1.5 s when somebody waits, and never from who asks for blocks', () => {
    const rig = new TorrentRig({ have: [0] }).connectLeechers(1, 2, 3, 4, 5)
    for (const peer of [1, 2, 4]) rig.say(peer, request)
    rig.take()
    rig.pass(1)
    assert.deepEqual(rig.words(5), [])
    rig.pass(1)
    assert.deepEqual([rig.words(3), rig.words(5)], [['choke'], ['unchoke']])
    assert.equal(rig.session(3).verdict.code, 'unused')
    assert.match(rig.session(3).verdict.reason, /asked for nothing, while 1 waited/)
    assert.deepEqual(unchoked(rig), [1, 2, 4, 5])
  })

  it('stays with its holder while nobody waits', () => {
    const rig = new TorrentRig({ have: [0] }).connectLeechers(1, 2, 3, 4)
    rig.pass(10).take()
    assert.deepEqual(unchoked(rig), [1, 2, 3, 4])
  })

  it('goes to who used none before it goes back, until the next round or until the peer asks', () => {
    const rig = new TorrentRig({ have: [0] }).connectLeechers(1, 2, 3, 4, 5)
    for (const peer of [1, 2, 4]) rig.say(peer, request)
    rig.pass(2).connectLeechers(6).say(5, request)
    rig.say(1, { type: 'not-interested' })
    assert.deepEqual(unchoked(rig), [2, 4, 5, 6])
    assert.equal(rig.session(3).unused, true)
    rig.pass(29)
    assert.equal(rig.session(3).unused, false)
  })

  it('is taken back after 10 s by a seeder that others take from', () => {
    const rig = new TorrentRig({ have: 'all' }).connectLeechers(1, 2, 3, 4, 5)
    for (let second = 0; second < 9; second++) rig.say(1, request).handle({ type: 'sent', peer: 1, bytes: 9 }).pass(1)
    assert.deepEqual(unchoked(rig), [1, 2, 3, 4])
    rig.pass(1)
    assert.deepEqual(unchoked(rig), [1, 3, 4, 5])
  })

  it('is taken back after 1.5 s by a seeder that nobody takes from: no link is idle for it', () => {
    const rig = new TorrentRig({ have: 'all' }).connectLeechers(1, 2, 3, 4, 5)
    rig.pass(2)
    assert.equal(unchoked(rig).includes(5), true)
  })

  it('is told apart from one whose blocks still wait in our buffers', () => {
    const rig = new TorrentRig({ have: [0] }).connectLeechers(1, 2, 3, 4, 5)
    for (const peer of [1, 2, 3, 4]) rig.say(peer, request)
    rig.pass(10)
    assert.deepEqual(unchoked(rig), [1, 2, 3, 4])
    rig.handle({ type: 'sent', peer: 2, bytes: 9 })
    rig.pass(1)
    assert.deepEqual(unchoked(rig), [1, 2, 3, 4])
    rig.pass(1)
    assert.deepEqual(unchoked(rig), [1, 3, 4, 5])
  })
})

describe('the rate at which a peer takes', () => {
  it('is measured anew from the moment it has a slot: the seconds in which it could take nothing do not count', () => {
    const rig = new TorrentRig({ have: 'all' }).connectLeechers(1, 2, 3, 4, 5)
    for (const peer of [1, 2, 3, 4]) rig.say(peer, { type: 'request', index: 0, begin: 0, length: 9 })
    rig.pass(19)
    rig.session(5).upload.add(1000, rig.now)
    rig.handle({ type: 'closed', peer: 1, reason: 'remote-closed' })
    assert.equal(rig.session(5).slot, 'regular')
    assert.equal(rig.session(5).upload.rate(rig.now), 0)
    rig.session(5).upload.add(20_000, rig.now)
    rig.pass(2)
    assert.equal(rig.session(5).upload.rate(rig.now), 10_000)
    assert.equal(rig.session(5).upload.total, 21_000)
  })
})

describe('the record', () => {
  it('holds each moment of decision, whole, and tells it as it is made', () => {
    const rig = new TorrentRig({ have: [0], pieces: 2 }).connectLeechers(1, 2, 3, 4, 5)
    const kinds = (): string[] => rig.torrent.choking.log.since(0).map(({ kind, round }) => `${kind} ${round}`)
    assert.deepEqual(kinds(), ['free-slot 0', 'free-slot 0', 'free-slot 0', 'free-slot 0'])
    rig.say(1, { type: 'not-interested' })
    assert.deepEqual(kinds().slice(4), ['lost-slot 0', 'free-slot 0'])
    rig.pass(31)
    assert.deepEqual(kinds().slice(6), ['round 1'])
    assert.deepEqual(
      rig.of('choker-round').map(({ record }) => record),
      rig.torrent.choking.log.since(0),
    )
    const last = rig.torrent.choking.log.since(6)[0]
    assert.deepEqual(
      last?.verdicts.map(({ address, decision }) => `${address.host} ${decision.code}`),
      ['10.0.0.1 not-interested', '10.0.0.2 regular', '10.0.0.3 regular', '10.0.0.4 regular', '10.0.0.5 optimistic'],
    )
  })

  it('counts decisions by their reason', () => {
    const rig = new TorrentRig({ have: [0] }).connectLeechers(1, 2, 3, 4, 5)
    const { counts } = rig.torrent.choking
    const { decisions: before } = counts
    assert.deepEqual([before['free-slot'], before.waiting, before.regular], [4, 1, 0])
    rig.pass(31)
    const { decisions } = counts
    assert.deepEqual([decisions.regular, decisions.optimistic, decisions.outranked], [3, 1, 1])
  })

  it('says of each peer what it was given and gave, and how long it waited, also when it is gone', () => {
    const rig = new TorrentRig({ have: 'all' }).connectLeechers(1, 2, 3, 4, 5)
    rig.session(1).upload.add(1000, rig.now)
    for (const peer of [1, 2, 3, 4]) rig.say(peer, { type: 'request', index: 0, begin: 0, length: 9 })
    rig.pass(7)
    rig.handle({ type: 'closed', peer: 1, reason: 'remote-closed' })
    rig.pass(3)
    const accounts = rig.torrent.choking.accounts(rig.now)
    const [five] = accounts.filter(({ address }) => address.host === '10.0.0.5')
    assert.deepEqual([five?.waitedMs, five?.longestWaitMs, five?.servedMs, five?.turns], [7000, 7000, 3000, 1])
    const gone = accounts.at(-1)
    assert.deepEqual([gone?.address.host, gone?.connected, gone?.given], ['10.0.0.1', false, 1000])
    assert.deepEqual(rig.torrent.choking.fairness(rig.now), { given: 0.2, reciprocity: null })
  })

  it('counts the wait for the first byte to when that left, not to when the whole write it was in was taken', () => {
    const rig = new TorrentRig({ have: 'all' }).connectLeechers(1, 2)
    const interestedAt = rig.now
    rig.now += 3000
    rig.handle(
      { type: 'sent', peer: 1, bytes: 2 * BLOCK_LENGTH, begunAt: interestedAt + 40 },
      { type: 'sent', peer: 1, bytes: BLOCK_LENGTH, begunAt: rig.now },
    )
    const [one, two] = rig.torrent.choking.accounts(rig.now)
    assert.deepEqual([one?.firstByteMs, two?.firstByteMs], [40, null])
  })

  it('knows when the next round is, and when the optimistic slot moves on', () => {
    const rig = new TorrentRig({ have: [0] }).pass(1).connectLeechers(1, 2, 3, 4, 5)
    const { choking } = rig.torrent
    assert.equal(choking.nextRoundAt, rig.now + 30_000)
    assert.equal(choking.nextOptimisticAt, rig.now + 30_000)
    rig.pass(20).handle({ type: 'closed', peer: 4, reason: 'remote-closed' })
    // The fifth has its slot since 20 s before: one round is too early.
    assert.equal(choking.nextRoundAt, rig.now + 10_000)
    assert.equal(choking.nextOptimisticAt, rig.now + 40_000)
  })
})

describe('settings that change meanwhile', () => {
  it('hold from the next round on: fewer slots, more slots, and how long a round is', () => {
    const choker = { ...CHOKER_PROFILES.lab, slots: 6 }
    const rig = new TorrentRig({ have: [0], choker }).connectLeechers(1, 2, 3, 4, 5, 6, 7, 8)
    assert.equal(unchoked(rig).length, 6)
    choker.slots = 2
    // Others come and go: nobody gets a slot that is none any more.
    rig.say(7, { type: 'not-interested' }).say(7, { type: 'interested' })
    rig.handle({ type: 'closed', peer: 1, reason: 'remote-closed' })
    assert.ok(unchoked(rig).every((peer) => peer <= 6))
    rig.pass(31)
    assert.equal(unchoked(rig).length, 2)
    choker.slots = 5
    rig.pass(31)
    assert.equal(unchoked(rig).length, 5)
    const { rounds } = rig.torrent.choking.counts
    Object.assign(choker, { ...CHOKER_PROFILES.bep3, slots: 5 })
    rig.pass(90)
    const more = rig.torrent.choking.counts.rounds - rounds
    assert.ok(more >= 7 && more <= 9, `${more} rounds`)
  })
})
