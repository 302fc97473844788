import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { forEachSeed, seededRandom, seeds } from '../../support/seeded-random.ts'
import { TorrentRig } from './torrent-rig.ts'

const HOSTS = { small: '10.0.0.1', great: '10.0.0.2' } as const
type Name = keyof typeof HOSTS

/** A connection by its number, which both sides use: 1 was dialled by the smaller peer id, 2 by the greater. */
const DIALLED_BY: readonly Name[] = ['small', 'small', 'great']

/** Two engines that know each other's address, and a network between them that delivers in any order. */
class Pair {
  readonly rigs: Record<Name, TorrentRig>
  readonly #random: () => number
  /** By side and connection: what it has yet to hear, in order. */
  readonly #pending = new Map<string, (() => void)[]>()

  constructor(seed: number) {
    this.#random = seededRandom(seed)
    this.rigs = { small: new TorrentRig({ ownId: 'aaa' }), great: new TorrentRig({ ownId: 'zzz' }) }
    for (const name of ['small', 'great'] as const) {
      const address = { host: HOSTS[other(name)], port: 5000 }
      this.rigs[name].handle({ type: 'candidates', addresses: [address], source: 'tracker' })
      assert.deepEqual(this.rigs[name].dials(), [address])
      this.rigs[name].take()
    }
    for (const connection of [1, 2]) {
      for (const name of ['small', 'great'] as const)
        this.#will(name, connection, () => this.#connect(name, connection))
    }
  }

  /** Delivers all that is under way, one at a time, by chance. */
  settle(): void {
    for (let keys = [...this.#pending.keys()]; keys.length > 0; keys = [...this.#pending.keys()]) {
      const key = keys[Math.floor(this.#random() * keys.length)] ?? ''
      const waiting = this.#pending.get(key) ?? []
      const next = waiting.shift()
      if (waiting.length === 0) this.#pending.delete(key)
      next?.()
    }
  }

  #will(name: Name, connection: number, act: () => void): void {
    const key = `${name} ${connection}`
    this.#pending.set(key, [...(this.#pending.get(key) ?? []), act])
  }

  #connect(name: Name, connection: number): void {
    const outbound = DIALLED_BY[connection] === name
    const id = name === 'small' ? 'zzz' : 'aaa'
    this.rigs[name].connect(connection, {
      host: HOSTS[other(name)],
      port: outbound ? 5000 : 40_000,
      id,
      outbound,
    })
    this.#passOn(name)
  }

  /** What one side closes, the other sees closed. */
  #passOn(name: Name): void {
    const far = other(name)
    for (const { peer } of this.rigs[name].of('close')) {
      this.#will(far, peer, () => {
        this.rigs[far].handle({ type: 'closed', peer, reason: 'remote-closed' })
        this.#passOn(far)
      })
    }
    this.rigs[name].effects = this.rigs[name].effects.filter(({ type }) => type !== 'close')
  }
}

const other = (name: Name): Name => (name === 'small' ? 'great' : 'small')

describe('two peers that dial each other at once', () => {
  it('end with one connection, the same on both sides, whatever comes first where', () => {
    forEachSeed(seeds(300), (seed) => {
      const pair = new Pair(seed)
      pair.settle()
      for (const name of ['small', 'great'] as const)
        assert.deepEqual([...pair.rigs[name].torrent.sessions.keys()], [1], `${name} keeps that of the smaller peer id`)
    })
  })

  it('do not dial again while it lasts', () => {
    forEachSeed(seeds(50), (seed) => {
      const pair = new Pair(seed)
      pair.settle()
      for (const name of ['small', 'great'] as const) {
        const rig = pair.rigs[name]
        // The handshake of BEP 10 tells the smaller one's port to the greater one, which did not dial it.
        rig.say(1, { type: 'extended', id: 0, payload: Buffer.from('d1:mde1:pi5000ee') })
        rig.take()
        for (let minute = 0; minute < 10; minute++) rig.say(1, { type: 'keep-alive' }).pass(60)
        assert.deepEqual(rig.dials(), [], name)
        assert.equal(rig.torrent.sessions.size, 1)
      }
    })
  })
})
