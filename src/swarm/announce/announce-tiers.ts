/**
 * When to announce to which tracker (BEP 3, and BEP 12 for tiers). Within a tier the first tracker that answers moves to
 * the front; the next tier is asked only when all of a tier failed. Pure: `due` says what to do, the answers come back.
 */
import { retryAfter } from './retry-pace.ts'

export type AnnounceEvent = 'started' | 'completed' | 'stopped'

export interface AnnounceTask {
  readonly url: string
  readonly event?: AnnounceEvent
}

export interface TrackerState {
  readonly url: string
  readonly tier: number
  /** ms, on the owner's clock; null before the first. */
  lastAnnounceAt: number | null
  nextAnnounceAt: number
  lastError: string | null
  complete: number | null
  incomplete: number | null
  peers: number
  /** In a row. */
  failures: number
  /** Announces that were answered, and that failed. */
  answered: number
  failed: number
}

const ANSWER_TIMEOUT_MS = 60_000

export class AnnounceTiers {
  readonly #tiers: TrackerState[][]
  readonly #random: () => number
  #pending: { readonly url: string; readonly since: number; readonly event: AnnounceEvent | null } | null = null
  #event: AnnounceEvent | null = 'started'
  #nextAt = 0
  /** Whether some tracker knows of us, and must hear that we stop. */
  #announced = false

  /** @param tiers URLs, tiers in order; inside a tier they are shuffled once (BEP 12). */
  constructor(tiers: readonly (readonly string[])[], random: () => number) {
    this.#random = random
    this.#tiers = tiers.map((urls, tier) => shuffled(urls, random).map((url) => newTracker(url, tier)))
  }

  get trackers(): readonly TrackerState[] {
    return this.#tiers.flat()
  }

  /** URL of the tracker that is being asked. */
  get pending(): string | null {
    return this.#pending?.url ?? null
  }

  /** The announce to make now, if one is due. It must be answered with `succeeded` or `failed`. */
  due(now: number): AnnounceTask | null {
    if (this.#pending && now - this.#pending.since < ANSWER_TIMEOUT_MS) return null
    if (now < this.#nextAt && this.#event === null) return null
    const tracker = this.#best(now)
    if (!tracker) return null
    // The first word to each is that we started (BEP 3), also to one that comes in for another.
    const event = this.#event ?? (tracker.answered === 0 ? 'started' : null)
    this.#pending = { url: tracker.url, since: now, event }
    return event ? { url: tracker.url, event } : { url: tracker.url }
  }

  succeeded(
    url: string,
    answer: { interval: number; complete?: number; incomplete?: number; peers: number },
    now: number,
  ): void {
    const told = this.#answered(url)
    this.#announced = true
    // Something may have happened while the announce was under way: that is still to be told.
    if (told === this.#event) this.#event = null
    this.#nextAt = now + answer.interval * 1000
    const tracker = this.#find(url)
    if (!tracker) return
    tracker.lastAnnounceAt = now
    tracker.nextAnnounceAt = this.#nextAt
    tracker.lastError = null
    tracker.failures = 0
    tracker.answered++
    tracker.peers = answer.peers
    tracker.complete = answer.complete ?? null
    tracker.incomplete = answer.incomplete ?? null
    const tier = this.#tiers[tracker.tier]
    if (tier) tier.unshift(...tier.splice(tier.indexOf(tracker), 1))
  }

  failed(url: string, reason: string, now: number): void {
    this.#answered(url)
    const tracker = this.#find(url)
    if (!tracker) return
    const wait = retryAfter(url, tracker.failures)
    tracker.lastError = reason
    tracker.lastAnnounceAt = now
    tracker.failures++
    tracker.failed++
    tracker.nextAnnounceAt = now + wait * (0.75 + 0.5 * this.#random())
  }

  completed(): void {
    if (this.#announced) this.#event = 'completed'
  }

  /** Announce as soon as may be. */
  soon(): void {
    this.#nextAt = 0
    for (const tracker of this.trackers) tracker.nextAnnounceAt = 0
  }

  /** Trackers to tell that we leave. */
  stopTasks(): AnnounceTask[] {
    if (!this.#announced) return []
    return this.trackers
      .filter((tracker) => tracker.lastAnnounceAt !== null && tracker.lastError === null)
      .map((tracker) => ({ url: tracker.url, event: 'stopped' as const }))
  }

  /** The first tracker, in order of tiers, that is not in its back-off. */
  #best(now: number): TrackerState | null {
    for (const tier of this.#tiers) {
      for (const tracker of tier) {
        if (tracker.nextAnnounceAt <= now || (this.#event !== null && tracker.lastError === null)) return tracker
      }
      if (tier.some((tracker) => tracker.lastError === null)) return null
    }
    return null
  }

  /** @returns the event that the announce had told. */
  #answered(url: string): AnnounceEvent | null {
    const pending = this.#pending
    if (pending?.url !== url) return null
    this.#pending = null
    return pending.event
  }

  #find(url: string): TrackerState | undefined {
    return this.trackers.find((tracker) => tracker.url === url)
  }
}

const newTracker = (url: string, tier: number): TrackerState => ({
  url,
  tier,
  lastAnnounceAt: null,
  nextAnnounceAt: 0,
  lastError: null,
  complete: null,
  incomplete: null,
  peers: 0,
  failures: 0,
  answered: 0,
  failed: 0,
})

function shuffled(urls: readonly string[], random: () => number): string[] {
  const result = [...urls]
  for (let last = result.length - 1; last > 0; last--) {
    const at = Math.floor(random() * (last + 1))
    const moved = result[last] ?? ''
    result[last] = result[at] ?? ''
    result[at] = moved
  }
  return result
}
