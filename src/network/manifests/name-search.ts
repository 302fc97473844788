/**
 * Asks the members of the network who has a file of this name: a few at a time, in the order given (nearest first). The first
 * answer is not the last word: who answers within a short while after it is heard, too, and if they name another torrent
 * than the first did, the user has to choose. Nobody has to be believed.
 */
import { addressKey, type InfoHash, type Manifest, type NameCandidate, type PeerAddress } from '../../protocol/index.ts'

/** Somebody to ask. */
export interface NameTarget {
  /** Who it is, whatever its address. */
  readonly key: string
  /** Where it lets others in, the best first. */
  readonly addresses: readonly PeerAddress[]
}

/** What somebody said. */
export type NameAnswer =
  | { readonly type: 'manifest'; readonly manifest: Manifest }
  /** It knows several torrents of that name. */
  | { readonly type: 'choice'; readonly candidates: readonly NameCandidate[] }
  /** It has none. */
  | { readonly type: 'none' }
  /** No answer, or one that breaks the rules. */
  | { readonly type: 'failed' }

/** A torrent of that name, and who says so. */
export interface NamedTorrent extends NameCandidate {
  readonly tellers: readonly PeerAddress[]
  /** What they said of it beyond that, if anything. */
  readonly manifests: readonly { readonly teller: PeerAddress; readonly manifest: Manifest }[]
}

export type NameOutcome =
  | { readonly type: 'found'; readonly torrent: NamedTorrent }
  | { readonly type: 'ambiguous'; readonly torrents: readonly NamedTorrent[] }
  /** `answered` of those asked said something; the others could not be reached, or talked nonsense. */
  | { readonly type: 'not-found'; readonly asked: number; readonly answered: number }

export interface NameSearchOptions {
  /** ms */
  readonly startedAt: number
  /** When everybody was asked in vain, newcomers are waited for until then (ms), unless told that there are none to come. */
  readonly patientUntil: number
}

/** Questions under way at a time. */
const AT_A_TIME = 8
/** So long after the first answer others are heard. */
const WINDOW_MS = 1_000
/** All in all. */
const SEARCH_MS = 10_000
/** Torrents, tellers and manifests told of: more would be of no use to the user. */
const MAX_TORRENTS = 16
const MAX_TELLERS = 16
/** Torrents heard of: somebody may make them up, and have many faces. */
const MAX_HEARD = 1_024

interface Heard {
  readonly infoHash: InfoHash
  readonly length: number
  readonly tellers: PeerAddress[]
  readonly manifests: { readonly teller: PeerAddress; readonly manifest: Manifest }[]
}

export class NameSearch {
  readonly #options: NameSearchOptions
  readonly #known = new Set<string>()
  #patientUntil: number
  #waiting: NameTarget[] = []
  #asking = 0
  #asked = 0
  #answered = 0
  #firstAt: number | null = null
  readonly #heard = new Map<InfoHash, Heard>()

  constructor(options: NameSearchOptions) {
    this.#options = options
    this.#patientUntil = options.patientUntil
  }

  /**
   * Those that can be asked, in the order to ask them. Nobody is asked twice at the address where it is asked first. Its other
   * addresses are no reason to pass over who is there: anybody may claim to have those, and answer at its first.
   */
  know(targets: readonly NameTarget[]): void {
    for (const { key, addresses } of targets) {
      const others = addresses.filter((address) => !this.#known.has(addressKey(address)))
      const [first] = others
      if (first === undefined || this.#known.has(key)) continue
      this.#known.add(key).add(addressKey(first))
      this.#waiting.push({ key, addresses: others })
    }
  }

  /** Newcomers need not be waited for. */
  hurry(): void {
    this.#patientUntil = this.#options.startedAt
  }

  /** Whom to ask now; each has to be `answered`. */
  take(now: number): NameTarget[] {
    if (this.outcome(now) !== null) return []
    const taken = this.#waiting.splice(0, AT_A_TIME - this.#asking)
    this.#asking += taken.length
    this.#asked += taken.length
    return taken
  }

  /** @param teller the address that the answer came from; of no matter when there is none */
  answered(answer: NameAnswer, teller: PeerAddress, now: number): void {
    this.#asking--
    if (answer.type !== 'failed') this.#answered++
    if (answer.type === 'manifest') {
      const { manifest } = answer
      const heard = this.#hear(manifest, teller, now)
      if (heard && heard.manifests.length < MAX_TELLERS) heard.manifests.push({ teller, manifest })
    } else if (answer.type === 'choice') for (const each of answer.candidates) this.#hear(each, teller, now)
  }

  /** null: it goes on. */
  outcome(now: number): NameOutcome | null {
    const isThrough = this.#asking === 0 && this.#waiting.length === 0
    const isLate = now - this.#options.startedAt >= SEARCH_MS
    if (this.#firstAt === null) {
      if (!isLate && !(isThrough && now >= this.#patientUntil)) return null
      return { type: 'not-found', asked: this.#asked, answered: this.#answered }
    }
    if (!isThrough && !isLate && now - this.#firstAt < WINDOW_MS) return null
    const torrents = [...this.#heard.values()].sort(byCredit).slice(0, MAX_TORRENTS)
    const [torrent, another] = torrents
    if (torrent === undefined || another !== undefined) return { type: 'ambiguous', torrents }
    return { type: 'found', torrent }
  }

  /** When to ask for the outcome again though nobody answered (ms). */
  get dueAt(): number {
    const end = this.#options.startedAt + SEARCH_MS
    if (this.#firstAt !== null) return Math.min(end, this.#firstAt + WINDOW_MS)
    return this.#asking === 0 && this.#waiting.length === 0 ? Math.min(end, this.#patientUntil) : end
  }

  #hear({ infoHash, length }: NameCandidate, teller: PeerAddress, now: number): Heard | null {
    this.#firstAt ??= now
    let heard = this.#heard.get(infoHash)
    if (!heard) {
      if (this.#heard.size >= MAX_HEARD) return null
      heard = { infoHash, length, tellers: [], manifests: [] }
      this.#heard.set(infoHash, heard)
    }
    const isNew = heard.tellers.every((each) => addressKey(each) !== addressKey(teller))
    if (isNew && heard.tellers.length < MAX_TELLERS) heard.tellers.push(teller)
    return heard
  }
}

/** First what most say; then what one has itself, for of those it can't make up many. */
const byCredit = (one: Heard, other: Heard): number =>
  other.tellers.length - one.tellers.length || other.manifests.length - one.manifests.length
