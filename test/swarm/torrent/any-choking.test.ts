import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { encodeExtensionHandshake } from '../../../src/protocol/index.ts'
import { viewRecord } from '../../../src/service/swarm/choker-view.ts'
import { CHOKER_PROFILES, type ChokerSettings } from '../../../src/swarm/choker/choker.ts'
import type { PeerSession } from '../../../src/swarm/peer/peer-session.ts'
import { checkRecord, excludedBy } from '../../support/choke-checker.ts'
import { forEachSeed, seededRandom, seeds } from '../../support/seeded-random.ts'
import { TorrentRig } from './torrent-rig.ts'

const PIECES = 4

const standing = (session: PeerSession) => ({
  seeder: session.isSeeder,
  uploadOnly: session.uploadOnly,
  interested: session.peerInterested,
  snubbed: session.snubbed,
})

/** A swarm in which peers come and go, want and don't want, give and take, as chance has it; and what its choker did. */
class History {
  readonly rig: TorrentRig
  readonly settings: ChokerSettings
  readonly random: () => number
  readonly kinds = { round: 0, 'free-slot': 0, 'lost-slot': 0 }
  readonly codes = new Map<string, number>()
  /** By peer: rounds in which it had the optimistic slot already and kept it though its turn was over. */
  #lastPeer = 0
  #unchokedAtOnce = new Set<number>()

  constructor(seed: number) {
    this.random = seededRandom(seed)
    this.settings = this.#below(2) === 0 ? CHOKER_PROFILES.lab : CHOKER_PROFILES.bep3
    const have = this.#below(3) === 0 ? 'all' : [0]
    this.rig = new TorrentRig({ pieces: PIECES, have, choker: this.settings, seed })
  }

  #below(limit: number): number {
    return Math.floor(this.random() * limit)
  }

  #anybody(): PeerSession | undefined {
    return [...this.rig.torrent.sessions.values()][this.#below(this.rig.torrent.sessions.size)]
  }

  step(): void {
    const { rig } = this
    const choice = this.#below(24)
    const session = this.#anybody()
    if (choice < 4 && rig.torrent.sessions.size < 14) {
      const peer = ++this.#lastPeer
      rig.connect(peer).say(peer, { type: 'have-none' })
      if (this.#below(4) > 0) rig.say(peer, { type: 'interested' })
    } else if (!session || choice < 8) {
      for (const other of rig.torrent.sessions.values()) {
        // Few different rates, so that there are ties.
        other.download.add(this.#below(4) * 10_000, rig.now)
        if (!other.amChoking || this.#below(4) === 0) other.upload.add(this.#below(4) * 10_000, rig.now)
      }
      rig.pass(1 + this.#below(12))
    } else if (choice < 9) rig.handle({ type: 'closed', peer: session.key, reason: 'remote-closed' })
    else if (choice < 14) rig.say(session.key, { type: session.peerInterested ? 'not-interested' : 'interested' })
    else if (choice < 16) {
      const piece = this.#below(PIECES)
      if (!session.pieces.has(piece)) rig.say(session.key, { type: 'have', index: piece })
    } else if (choice < 18) {
      session.snubbed = !session.snubbed
      rig.pass(1)
    } else if (choice < 22) {
      // Some take what they asked for at once, some keep it waiting in our buffers.
      rig.say(session.key, { type: 'request', index: 0, begin: 0, length: 9 })
      if (this.#below(2) === 0) rig.handle({ type: 'sent', peer: session.key, bytes: 9 })
    } else {
      const payload = encodeExtensionHandshake({ m: new Map(), uploadOnly: !session.uploadOnly })
      rig.say(session.key, { type: 'extended', id: 0, payload })
    }
    this.#check()
  }

  #check(): void {
    const { rig, settings } = this
    const { torrent } = rig
    const { slots, optimisticSlots } = settings
    const rest = {
      slots,
      optimisticSlots,
      roundSeconds: settings.roundMs / 1000,
      optimisticSeconds: settings.optimisticMs / 1000,
    }
    for (const effect of rig.take()) {
      if (effect.type === 'send' && effect.message.type === 'unchoke') this.#unchokedAtOnce.add(effect.peer)
      if (effect.type === 'send' && effect.message.type === 'choke') this.#unchokedAtOnce.delete(effect.peer)
      if (effect.type === 'close') this.#unchokedAtOnce.delete(effect.peer)
      for (const peer of this.#unchokedAtOnce) if (!torrent.sessions.has(peer)) this.#unchokedAtOnce.delete(peer)
      assert.ok(this.#unchokedAtOnce.size <= slots, 'never more than the slots, not even for a message')
      if (effect.type !== 'choker-round') continue
      this.kinds[effect.record.kind]++
      checkRecord(viewRecord(effect.record, rig.now, 0), rest)
      for (const { decision } of effect.record.verdicts) {
        this.codes.set(decision.code, (this.codes.get(decision.code) ?? 0) + 1)
      }
    }
    const { seeding } = torrent.choking.look(rig.now)
    let waiting = 0
    for (const session of torrent.sessions.values()) {
      const { verdict } = session
      const excluded = excludedBy(standing(session), seeding)
      assert.equal(session.amChoking, session.slot === null)
      assert.equal(verdict.slot, session.slot)
      if (session.slot !== null)
        assert.ok(excluded === null || (excluded === 'snubbed' && session.slot === 'optimistic'))
      else if (excluded !== null) assert.equal(verdict.code, excluded)
      else {
        waiting++
        assert.ok(verdict.code === 'waiting' || verdict.code === 'outranked' || verdict.code === 'unused', verdict.code)
      }
    }
    assert.ok(torrent.unchoked === slots || waiting === 0, `${waiting} wait for ${slots - torrent.unchoked} free slots`)
  }
}

describe('the choker of a torrent, over any history', () => {
  it('keeps to its slots, leaves none idle, and every reason follows from what was seen (600 seeds)', () => {
    const kinds = { round: 0, 'free-slot': 0, 'lost-slot': 0 }
    const codes = new Map<string, number>()
    forEachSeed(seeds(600), (seed) => {
      const history = new History(seed)
      for (let step = 0; step < 120; step++) history.step()
      for (const kind of ['round', 'free-slot', 'lost-slot'] as const) kinds[kind] += history.kinds[kind]
      for (const [code, count] of history.codes) codes.set(code, (codes.get(code) ?? 0) + count)
    })
    // Else the histories would be too tame to prove anything.
    for (const [kind, count] of Object.entries(kinds)) assert.ok(count > 1000, `${kind}: ${count}`)
    assert.deepEqual([...codes.keys()].sort(), [
      'free-slot',
      'not-interested',
      'optimistic',
      'outranked',
      'regular',
      'seeder',
      'settling',
      'snubbed',
      'turn',
      'unused',
      'upload-only',
      'waiting',
    ])
  })
})
