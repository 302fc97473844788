import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { forEachSeed, seeds } from '../../support/seeded-random.ts'
import { TorrentRig } from './torrent-rig.ts'

const ask = (index: number) => ({ type: 'request', index, begin: 0, length: 9 }) as const

/** Pieces suggested to the peer since the last `take`. */
const suggestedTo = (rig: TorrentRig, peer: number): number[] =>
  rig
    .of('send')
    .flatMap((effect) => (effect.peer === peer && effect.message.type === 'suggest' ? [effect.message.index] : []))

describe('a seeder suggests', () => {
  it('two pieces with each slot, other ones to each peer, before it unchokes', () => {
    forEachSeed(seeds(10), (seed) => {
      const rig = new TorrentRig({ have: 'all', pieces: 20, seed }).connectLeechers(1, 2, 3, 4)
      const pieces = [1, 2, 3, 4].flatMap((peer) => suggestedTo(rig, peer))
      assert.equal(new Set(pieces).size, 8)
      for (const peer of [1, 2, 3, 4]) assert.deepEqual(rig.words(peer).slice(-3), ['suggest', 'suggest', 'unchoke'])
    })
  })

  it('the next piece when one is taken up, until each was given once', () => {
    const rig = new TorrentRig({ have: 'all', pieces: 6 }).connectLeechers(1)
    const all: number[] = []
    for (let more = suggestedTo(rig, 1); more.length > 0; more = suggestedTo(rig, 1)) {
      rig.take()
      all.push(...more)
      rig.say(1, ...more.map(ask))
    }
    assert.deepEqual(
      all.sort((a, b) => a - b),
      [0, 1, 2, 3, 4, 5],
    )
  })

  it('nothing that some leecher has, or that another asks for', () => {
    const rig = new TorrentRig({ have: 'all', pieces: 6 }).connectLeechers(1)
    const [first = -1, second = -1] = rig.session(1).suggestedToIt
    const [had = -1, asked = -1, ...left] = [0, 1, 2, 3, 4, 5].filter((piece) => piece !== first && piece !== second)
    rig.take()
    rig.connect(2).say(2, { type: 'have-none' }, { type: 'have', index: had })
    rig.say(1, ask(asked)).say(2, { type: 'interested' })
    assert.deepEqual(
      suggestedTo(rig, 2).sort((a, b) => a - b),
      left,
    )
  })

  it('anew what a peer was to fetch that lost its slot or left', () => {
    const rig = new TorrentRig({ have: 'all', pieces: 4 }).connectLeechers(1, 2)
    rig.take()
    const given = [...rig.session(1).suggestedToIt].sort((a, b) => a - b)
    rig.handle({ type: 'closed', peer: 1, reason: 'remote-closed' })
    rig.connectLeechers(3)
    assert.deepEqual(
      suggestedTo(rig, 3).sort((a, b) => a - b),
      given,
    )
  })

  it('anew what nobody has 20 s later: who was given it may be gone', () => {
    const rig = new TorrentRig({ have: 'all', pieces: 2 }).connectLeechers(1)
    rig.say(1, ask(0), ask(1))
    rig.handle({ type: 'closed', peer: 1, reason: 'remote-closed' }).take()
    rig.connectLeechers(2)
    assert.deepEqual(suggestedTo(rig, 2), [])
    rig.handle({ type: 'closed', peer: 2, reason: 'remote-closed' }).pass(21)
    rig.connectLeechers(3)
    assert.deepEqual(
      suggestedTo(rig, 3).sort((a, b) => a - b),
      [0, 1],
    )
  })

  it('nothing to who does not speak BEP 6, and nothing while it is no seeder', () => {
    const seeder = new TorrentRig({ have: 'all' }).connect(1, { fast: false }).say(1, { type: 'interested' })
    assert.deepEqual(suggestedTo(seeder, 1), [])
    const leecher = new TorrentRig({ have: [0] }).connectLeechers(1)
    assert.deepEqual(suggestedTo(leecher, 1), [])
  })
})

describe('a leecher that is told what to fetch', () => {
  const started = (rig: TorrentRig): number[] => [...rig.torrent.picker.assemblies.keys()]

  it('starts that first', () => {
    forEachSeed(seeds(10), (seed) => {
      const rig = new TorrentRig({ pieces: 40, blocksPerPiece: 16, seed }).connect(1)
      rig.say(1, { type: 'have-all' }, { type: 'suggest', index: 31 }, { type: 'unchoke' })
      assert.deepEqual(started(rig), [31])
    })
  })

  it('takes no harm from pieces that the peer has not, that it has itself, or that come without end', () => {
    const rig = new TorrentRig({ pieces: 40, blocksPerPiece: 16, have: [5] }).connect(1)
    rig.say(1, { type: 'have-none' }, { type: 'have', index: 7 })
    for (let piece = 0; piece < 40; piece++) rig.say(1, { type: 'suggest', index: piece })
    assert.ok(rig.session(1).suggested.size <= 8)
    rig.say(1, { type: 'suggest', index: 5 }, { type: 'suggest', index: 6 }, { type: 'unchoke' })
    assert.deepEqual(started(rig), [7])
  })

  it('sends a peer away that names a piece which is none', () => {
    const rig = new TorrentRig({ pieces: 4 }).connect(1).say(1, { type: 'have-all' }, { type: 'suggest', index: 4 })
    assert.equal(rig.closeReason(1), 'invalid-suggest')
  })

  it('sends a peer away that suggests and never said that it speaks BEP 6', () => {
    const rig = new TorrentRig({ pieces: 4 }).connect(1, { fast: false }).say(1, { type: 'suggest', index: 1 })
    assert.equal(rig.closeReason(1), 'unexpected-message')
  })
})
