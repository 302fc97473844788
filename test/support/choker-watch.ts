import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import type { ChokerRecordView, ChokerRoundsView, ChokerView, PeerView } from '../../src/service/face.ts'
import { checkRecord } from './choke-checker.ts'
import type { LabHost } from './lab-host.ts'
import type { LabProcess } from './lab-process.ts'

const PROBE = fileURLToPath(new URL('choker-probe.ts', import.meta.url))

/** Asked one after the other. */
export interface ChokerSample {
  readonly choker: ChokerView
  readonly peers: readonly PeerView[]
  /** Those since the sample before. */
  readonly rounds: ChokerRoundsView
  /** What the three answers took: how busy the machine is. */
  readonly tookMs: number
}

type Said = Pick<ChokerView['ranking'][number], 'address' | 'slot' | 'code' | 'reason'>

/** Codes that come of a record; the others say what the peer itself is or wants. */
const DECIDED = new Set(['regular', 'turn', 'settling', 'optimistic', 'free-slot', 'unused', 'outranked'])

/** Looks at a running swarmd's choker every 50 ms, through its API. */
export class ChokerWatch {
  readonly samples: ChokerSample[] = []
  readonly records = new Map<number, ChokerRecordView>()
  readonly #process: LabProcess

  constructor(host: LabHost, infoHash: string, apiPort = 5080) {
    this.#process = host.spawn(process.execPath, [PROBE, `http://127.0.0.1:${apiPort}`, infoHash, '50'], {
      onLine: (line) => {
        const sample = JSON.parse(line) as ChokerSample
        this.samples.push(sample)
        for (const record of sample.rounds.items) this.records.set(record.id, record)
      },
    })
  }

  async stop(): Promise<void> {
    await this.#process.stop()
  }

  get rounds(): number {
    return [...this.records.values()].filter(({ kind }) => kind === 'round').length
  }

  /** Each record follows from what it shows, and what each sample says follows from the records. @throws AssertionError */
  check(): void {
    const ids = [...this.records.keys()].sort((a, b) => a - b)
    assert.deepEqual(
      ids,
      ids.map((_, at) => at + 1),
      'no record is missing',
    )
    const [first] = this.samples
    assert.ok(first, 'there are samples')
    for (const record of this.records.values()) checkRecord(record, first.choker)
    for (const sample of this.samples) this.#checkSample(sample)
  }

  #checkSample({ choker, peers, rounds }: ChokerSample): void {
    const { ranking, unchoked, slots } = choker
    assert.ok(unchoked <= slots, `${unchoked} unchoked`)
    assert.equal(ranking.filter(({ slot }) => slot !== null).length, unchoked)
    assert.equal(choker.uploadState, unchoked === slots ? 'choked' : 'open')
    if (unchoked < slots) {
      assert.ok(
        !ranking.some(({ code }) => code === 'waiting' || code === 'outranked'),
        'a slot is idle, and one waits',
      )
    }
    assert.ok(choker.sources.peers.length <= choker.sources.limit)
    for (const one of ranking) this.#checkSaid(one, one, choker.lastRecordId)
    assert.ok(peers.filter(({ amChoking }) => !amChoking).length <= slots)
    // They were asked for a moment later: comparable only when nothing was decided between.
    if (rounds.lastId !== choker.lastRecordId) return
    for (const peer of peers) {
      const said = { address: peer.address, slot: peer.slot, code: peer.chokeCode, reason: peer.chokeReason }
      this.#checkSaid(said, { interested: peer.peerInterested, snubbed: peer.snubbed }, rounds.lastId)
      assert.ok(peer.downloadReason.length > 0)
    }
  }

  #checkSaid(said: Said, now: { readonly interested: boolean; readonly snubbed: boolean }, lastId: number): void {
    const { address, slot, code, reason } = said
    if (!DECIDED.has(code)) {
      assert.equal(slot, null)
      if (code === 'waiting') assert.ok(now.interested, `${address} waits for what it does not want`)
      if (code === 'not-interested') assert.ok(!now.interested, `${address} is interested`)
      if (code === 'snubbed') assert.ok(now.snubbed, `${address} does not snub`)
      return
    }
    const decision = this.#lastDecision(address, lastId)
    assert.deepEqual({ slot, code, reason }, decision, `${address} after record ${lastId}`)
  }

  /** The last word about a peer in the records up to this one. */
  #lastDecision(address: string, lastId: number): Omit<Said, 'address'> | null {
    for (let id = lastId; id > 0; id--) {
      const found = this.records.get(id)?.decisions.find((decision) => decision.address === address)
      if (found) return { slot: found.slot, code: found.code, reason: found.reason }
    }
    return null
  }
}
