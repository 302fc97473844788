import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { peerIdFromBytes } from '../../../src/protocol/index.ts'
import { ChokerLog, type ChokerRecord, type ChokeVerdict } from '../../../src/swarm/choker/choker-log.ts'

const peerId = peerIdFromBytes(Buffer.alloc(20, 'x'))

const verdict = (key: number): ChokeVerdict => ({
  address: { host: `10.0.0.${key}`, port: 5000 },
  peerId,
  candidate: {
    key,
    interested: true,
    seeder: false,
    uploadOnly: false,
    snubbed: false,
    downloadRate: 1000.5 * key + 0.1,
    uploadRate: 3.25,
    slot: null,
    since: 0.5,
    connectedAt: 0.5,
    code: 'waiting',
    unused: false,
    freeRides: false,
    askedInVain: false,
    usedRate: 0,
  },
  rankedRate: 1000.5 * key,
  decision: { key, slot: null, rank: key, code: 'outranked', reason: `choked: ${key}th of 50 by rate, ${key} kB/s` },
})

const record = (kind: ChokerRecord['kind'], peers = 9): Omit<ChokerRecord, 'id' | 'round'> => ({
  kind,
  at: 0,
  seeding: false,
  slots: 4,
  verdicts: Array.from({ length: peers }, (_, key) => verdict(key)),
  fairness: { given: null, reciprocity: null },
})

describe('the record of the choker', () => {
  it('counts records and rounds, and gives those after an id', () => {
    const log = new ChokerLog()
    const kinds = ['free-slot', 'round', 'lost-slot', 'round'] as const
    for (const kind of kinds) log.add(record(kind))
    assert.deepEqual(
      log.since(0).map(({ id, kind, round }) => [id, kind, round]),
      [
        [1, 'free-slot', 0],
        [2, 'round', 1],
        [3, 'lost-slot', 1],
        [4, 'round', 2],
      ],
    )
    assert.deepEqual(
      log.since(2).map(({ id }) => id),
      [3, 4],
    )
    assert.deepEqual([log.since(4), log.lastId, log.lastRound], [[], 4, 2])
  })

  it('keeps the last 200 rounds, however many slots change hands between them', () => {
    const log = new ChokerLog()
    for (let round = 0; round < 300; round++) {
      log.add(record('round', 4))
      for (let change = 0; change < 20; change++) log.add(record('lost-slot', 4))
    }
    const kept = log.since(0)
    const rounds = kept.filter(({ kind }) => kind === 'round')
    assert.deepEqual([rounds.length, rounds[0]?.round, rounds.at(-1)?.round], [200, 101, 300])
    assert.ok(kept.length < 400)
  })

  it('keeps less where less is allowed, and always the latest of each kind', () => {
    const log = new ChokerLog(64 * 1024)
    for (let at = 0; at < 100; at++) log.add(record(at % 2 === 0 ? 'round' : 'free-slot', 50))
    const kinds = log.since(0).map(({ kind }) => kind)
    assert.deepEqual(kinds, ['round', 'free-slot'])
    assert.equal(log.since(0).at(-1)?.id, 100)
  })

  it('takes 1 MiB of memory, with few peers and with many', () => {
    for (const peers of [1, 9, 50, 200]) {
      const log = new ChokerLog()
      const before = usedMemory()
      for (let at = 0; at < 2000; at++) log.add(record(at % 2 === 0 ? 'round' : 'free-slot', peers))
      const used = usedMemory() - before
      assert.equal(log.lastId, 2000)
      assert.ok(used < 1.2 * 1024 * 1024, `${peers} peers: ${used} bytes`)
    }
  })
})

/** The least of a few looks: what V8 compiles meanwhile is in the heap, too. */
function usedMemory(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const looks = [1, 2, 3].map(() => {
    collect()
    return process.memoryUsage().heapUsed
  })
  return Math.min(...looks)
}
