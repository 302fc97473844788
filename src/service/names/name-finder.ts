/** Looks for a file by its name: asks the members of the network, and whoever was configured, over HTTP on their peer ports. */
import { askPeer, monotonicNow, PeerRequestError } from '../../io/index.ts'
import { NameSearch, type NameAnswer, type NameOutcome, type NameTarget } from '../../network/index.ts'
import {
  decodeManifest,
  decodeNameChoice,
  formatManifestTarget,
  ProtocolError,
  type PeerAddress,
} from '../../protocol/index.ts'
import { ServiceError } from '../face.ts'
import { CLIENT } from '../version.ts'
import { sameName } from './same-name.ts'

export interface NameFinderOptions {
  /** Members that are there, the nearest first. */
  members(): readonly NameTarget[]
  /** Those that the user configured; their names may have to be looked up. */
  seeds(): Promise<readonly NameTarget[]>
  /** The network was joined just now: others may be found within a moment. Asked again and again. */
  isYoung(now: number): boolean
  log(event: string, fields: Record<string, unknown>): void
  onBug(error: unknown): void
}

/** Searches at a time. */
const MAX_SEARCHES = 16
/** For each address of a member, and how many of them are tried. */
const ASK_MS = 2_000
const ADDRESSES_EACH = 2
/** Pieces asked about: enough to meet some who have them. All that there is to know of a torrent is a matter for its swarm. */
const PIECES = 16
/** Of an answer about so many, each with the longest name and all the holders that it can have; twice that. */
const MAX_BYTES = 48 * 1024
/** How often newcomers are looked for. */
const LOOK_MS = 100
/** For newcomers, when the network is young. */
const PATIENCE_MS = 3_000
/** For the names of those that were configured to be looked up. */
const SEEDS_MS = 5_000
const NOBODY: PeerAddress = { host: '0.0.0.0', port: 0 }

export class NameFinder {
  readonly #options: NameFinderOptions
  readonly #closing = new AbortController()
  /** By name: who asks for the same waits for the same answer. */
  readonly #searches = new Map<string, Promise<NameOutcome>>()

  constructor(options: NameFinderOptions) {
    this.#options = options
  }

  /** @throws ServiceError not-ready: too many are looked for, or the service stops */
  find(name: string): Promise<NameOutcome> {
    const known = this.#searches.get(name)
    if (known) return known
    if (this.#searches.size >= MAX_SEARCHES) {
      throw new ServiceError('not-ready', `${MAX_SEARCHES} names are being looked for; try again in a few seconds.`)
    }
    const search = this.#search(name).finally(() => this.#searches.delete(name))
    this.#searches.set(name, search)
    return search
  }

  /** Calls off all searches. */
  close(): void {
    this.#closing.abort()
  }

  async #search(name: string): Promise<NameOutcome> {
    const startedAt = monotonicNow()
    const search = new NameSearch({ startedAt, patientUntil: startedAt + PATIENCE_MS })
    // What is still under way when the answer is known is called off.
    const done = new AbortController()
    let wake = (): void => {}
    const stop = (): void => wake()
    this.#closing.signal.addEventListener('abort', stop)
    let isSeeded = false
    let isListed = false
    void this.#options.seeds().then((seeds) => {
      search.know(seeds)
      isSeeded = true
      wake()
    })
    const ask = async (target: NameTarget): Promise<void> => {
      const { answer, teller } = await this.#ask(target, name, done.signal)
      search.answered(answer, teller, monotonicNow())
      wake()
    }
    try {
      for (;;) {
        if (this.#closing.signal.aborted) throw new ServiceError('not-ready', 'The service is stopping.')
        const now = monotonicNow()
        const isYoung = this.#options.isYoung(now)
        if (isYoung || !isListed) search.know(this.#options.members())
        isListed = true
        if (!isYoung) search.hurry()
        const outcome = search.outcome(now)
        const isFinal = isSeeded || outcome?.type !== 'not-found' || now - startedAt >= SEEDS_MS
        if (outcome && isFinal) return this.#conclude(name, outcome, now - startedAt)
        const woken = new Promise<void>((resolve) => {
          wake = resolve
        })
        for (const target of search.take(now)) void ask(target)
        const timer = setTimeout(wake, isSeeded ? Math.min(LOOK_MS, Math.max(1, search.dueAt - now)) : LOOK_MS)
        await woken
        clearTimeout(timer)
      }
    } finally {
      this.#closing.signal.removeEventListener('abort', stop)
      done.abort()
    }
  }

  /** One address after the other until there is an answer. */
  async #ask(
    { addresses }: NameTarget,
    name: string,
    signal: AbortSignal,
  ): Promise<{ readonly answer: NameAnswer; readonly teller: PeerAddress }> {
    for (const teller of addresses.slice(0, ADDRESSES_EACH)) {
      try {
        const answer = await askPeer(teller, formatManifestTarget(name, { count: PIECES }), {
          userAgent: CLIENT.replace(' ', '/'),
          timeoutMs: ASK_MS,
          maxBytes: MAX_BYTES,
          signal,
        })
        return { answer: understood(answer, name), teller }
      } catch (error) {
        if (error instanceof PeerRequestError) continue
        if (error instanceof ProtocolError) this.#options.log('name.bad-answer', { name, reason: error.message })
        else this.#options.onBug(error)
      }
    }
    return { answer: { type: 'failed' }, teller: NOBODY }
  }

  #conclude(name: string, outcome: NameOutcome, ms: number): NameOutcome {
    this.#options.log('name.searched', { name, outcome: outcome.type, seconds: Math.round(ms) / 1000 })
    return outcome
  }
}

/** @throws ProtocolError: it is no answer to that question */
function understood({ status, body }: { readonly status: number; readonly body: Buffer }, name: string): NameAnswer {
  if (status === 404) return { type: 'none' }
  if (status === 200) {
    const manifest = decodeManifest(body)
    if (!sameName(manifest.name, name)) throw new ProtocolError('manifest-invalid', 'a manifest: of another name')
    if (manifest.isPrivate) throw new ProtocolError('manifest-invalid', 'a manifest: of a private torrent (BEP 27)')
    return { type: 'manifest', manifest }
  }
  if (status === 300) {
    const choice = decodeNameChoice(body)
    if (!sameName(choice.name, name)) throw new ProtocolError('manifest-invalid', 'a manifest: of another name')
    return { type: 'choice', candidates: choice.candidates }
  }
  throw new ProtocolError('manifest-invalid', `a manifest: HTTP status ${status}`)
}
