import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { peerIdFromBytes, type PeerId } from '../../../src/protocol/index.ts'
import { fairnessOf, FairnessLedger, jainIndex, type PeerAccount } from '../../../src/swarm/choker/fairness.ts'
import { PeerSession } from '../../../src/swarm/peer/peer-session.ts'

const idOf = (number: number): PeerId => peerIdFromBytes(Buffer.from(String(number).padStart(20, '-')))

const account = (changes: Partial<PeerAccount>): PeerAccount => ({
  address: { host: '10.0.0.1', port: 5000 },
  peerId: idOf(1),
  connected: true,
  given: 0,
  got: 0,
  firstByteMs: null,
  waitedMs: 0,
  longestWaitMs: 0,
  servedMs: 0,
  turns: 0,
  ...changes,
})

const session = (number: number): PeerSession =>
  new PeerSession(
    {
      peer: number,
      address: { host: `10.0.0.${number}`, port: 5000 },
      peerId: idOf(number),
      outbound: true,
      fast: true,
      extended: true,
    },
    'x',
    1,
    0,
  )

describe("Jain's index", () => {
  it('is 1 when all have alike, 1/n when one has all, and null when nobody has anything', () => {
    assert.equal(jainIndex([3, 3, 3, 3]), 1)
    assert.equal(jainIndex([0, 0, 8, 0]), 0.25)
    assert.equal(jainIndex([]), null)
    assert.equal(jainIndex([0, 0]), null)
  })
})

describe('fairness', () => {
  it('asks what each was given in the time in which it wanted some, early or late as it came', () => {
    const early = account({ given: 10_000, waitedMs: 50_000, servedMs: 50_000 })
    const late = account({ given: 1000, waitedMs: 10_000 })
    const justCame = account({ waitedMs: 10 })
    const wantsNothing = account({ got: 5000 })
    assert.equal(fairnessOf([early, late, justCame, wantsNothing]).given, 1)
  })

  it('asks whether each was given in proportion to what it gave', () => {
    const pairs = [
      [100, 200],
      [1000, 2000],
      [5, 10],
    ] as const
    const alike = pairs.map(([given, got]) => account({ given, got }))
    assert.equal(fairnessOf(alike).reciprocity, 1)
    const betrayed = [...alike, account({ given: 0, got: 1000 })]
    assert.equal(fairnessOf(betrayed).reciprocity, 0.75)
  })
})

describe('the ledger', () => {
  it('remembers the last 200 that left, the last one first', () => {
    const ledger = new FairnessLedger()
    for (let number = 1; number <= 210; number++) ledger.left(session(number), 1000)
    const accounts = ledger.accounts([session(211)], 2000)
    assert.equal(accounts.length, 201)
    assert.deepEqual(
      [0, 1, 200].map((at) => accounts[at]?.address.host),
      ['10.0.0.211', '10.0.0.210', '10.0.0.11'],
    )
    assert.deepEqual(
      accounts.slice(0, 2).map(({ connected }) => connected),
      [true, false],
    )
  })
})
