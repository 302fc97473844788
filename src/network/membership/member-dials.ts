/**
 * Whom we try to reach: the members that the ring gives us and that we have no link to, addresses that we were told, and,
 * now and then, members that were lost, since a network may fall in two and grow together again.
 */
import { addressKey, isLoopbackIp, type MemberId, type PeerAddress } from '../../protocol/index.ts'
import type { DialKey, MembershipEffect } from './events.ts'
import { reachableAddresses } from './member-address.ts'
import type { MemberEntry, MemberMap } from './member-map.ts'

const MAX_DIALLING = 6
const FIRST_BACKOFF_MS = 10_000
const MAX_BACKOFF_MS = 5 * 60_000
/** An address that only hearsay knows is tried once in this time, whoever is said to be there. */
const UNPROVEN_MS = 60_000
const MAX_HINTS = 64
const HINT_TRIES = 3
/** A member whose link ends is dialled again at once; if it ends again and again, each time later. */
const FIRST_PAUSE_MS = 500
const MOST_PAUSE_MS = 60_000
const MAX_ALONE_MS = 15_000
/** A lost member is tried by somebody about this often; later more rarely, then forgotten. */
const LOST_MS = 2_000
const LOST_RECENTLY_MS = 5 * 60_000

interface Backoff {
  failures: number
  until: number
}

/** A place where somebody may be. */
interface Hint {
  readonly address: PeerAddress
  /** From the configuration: never given up. */
  isSeed: boolean
  /** Who answered there last: an address that is loopback, or forwarded by a router, stands in no record. */
  member: MemberId | null
  failures: number
  nextAt: number
  /** ms between two tries, at most. */
  patience: number
}

interface Dial {
  readonly member: MemberId | null
  readonly hint: Hint | null
}

export interface MemberDialsOptions {
  readonly map: MemberMap
  readonly random: () => number
  readonly emit: (effect: MembershipEffect) => void
  /** Our own, as the others know them. */
  readonly ownAddresses: () => { readonly addresses: readonly string[]; readonly port: number }
}

export class MemberDials {
  readonly #options: MemberDialsOptions
  readonly #dials = new Map<DialKey, Dial>()
  readonly #backoff = new Map<MemberId, Backoff>()
  readonly #hints = new Map<string, Hint>()
  readonly #paces = new Map<MemberId, { dialledAt: number; pauseMs: number }>()
  /** When an address of hearsay was last tried. */
  readonly #triedAt = new Map<string, number>()
  #lastKey = 0
  #lostAt = 0
  #easedAt = -Infinity

  constructor(options: MemberDialsOptions) {
    this.#options = options
  }

  get dialling(): number {
    return this.#dials.size
  }

  /** Somebody may be there. @param isSeed who told us knows it for sure */
  hint(address: PeerAddress, isSeed: boolean, now: number): void {
    const key = addressKey(address)
    const known = this.#hints.get(key)
    if (known) {
      known.isSeed ||= isSeed
      known.nextAt = Math.min(known.nextAt, now + 1000 * known.failures)
      return
    }
    if (this.#hints.size >= MAX_HINTS && !isSeed) return
    this.#hints.set(key, { address, isSeed, member: null, failures: 0, nextAt: now, patience: MAX_ALONE_MS })
  }

  /** Whether this member wasn't just tried in vain. */
  canLink(id: MemberId, now: number): boolean {
    const backoff = this.#backoff.get(id)
    return backoff === undefined || backoff.until <= now
  }

  /** Who is out of reach may be the one that is gone: those are tried again soon. */
  somebodyIsGone(now: number): void {
    if (now - this.#easedAt < FIRST_BACKOFF_MS) return
    this.#easedAt = now
    for (const backoff of this.#backoff.values()) backoff.until = Math.min(backoff.until, now + 1000)
  }

  forget(id: MemberId): void {
    this.#backoff.delete(id)
  }

  /** @returns the member that was dialled, when it was one */
  linked(dial: DialKey | null, member: MemberId): MemberId | null {
    this.#backoff.delete(member)
    const done = dial === null ? undefined : this.#dials.get(dial)
    if (dial !== null) this.#dials.delete(dial)
    if (done?.hint) this.#hintAnswered(done.hint, member)
    return done?.member ?? null
  }

  /** @returns the member whom nobody could reach, if it was a member that was dialled */
  failed(dial: DialKey, now: number): MemberId | null {
    const failed = this.#dials.get(dial)
    if (!failed) return null
    this.#dials.delete(dial)
    if (failed.hint) this.#hintFailed(failed.hint, now)
    if (failed.member === null) return null
    const backoff = this.#backoff.get(failed.member) ?? { failures: 0, until: 0 }
    const ms = Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** backoff.failures)
    backoff.until = now + ms * (0.75 + 0.5 * this.#options.random())
    backoff.failures++
    this.#backoff.set(failed.member, backoff)
    return failed.member
  }

  /** Dials who is wanted and not linked. */
  reach(wanted: ReadonlySet<MemberId>, isLinked: (id: MemberId) => boolean, now: number): void {
    for (const id of wanted) {
      if (this.#dials.size >= MAX_DIALLING) return
      if (isLinked(id) || !this.canLink(id, now) || this.#isDialled(id)) continue
      const entry = this.#options.map.get(id)
      if (entry && this.#mayDialAgain(id, now)) this.#dialMember(entry, now)
    }
  }

  /** Addresses that we were told, one at a time: the first that answers tells of all others. */
  followHints(isKnown: (address: PeerAddress) => boolean, isAlone: boolean, now: number): void {
    for (const [key, hint] of this.#hints) {
      if (hint.nextAt > now || [...this.#dials.values()].some((dial) => dial.hint !== null)) continue
      if (this.#isAlive(hint.member) || isKnown(hint.address) || this.#isOwn(hint.address)) {
        if (hint.isSeed) hint.nextAt = now + FIRST_BACKOFF_MS
        else this.#hints.delete(key)
        continue
      }
      hint.nextAt = now + UNPROVEN_MS
      // While we have company, there is time.
      hint.patience = isAlone ? MAX_ALONE_MS : UNPROVEN_MS
      this.#dial([hint.address], { member: null, hint })
      return
    }
  }

  /** Now and then somebody tries a lost member: all together as often as if each were tried by one. */
  seekLost(findLost: () => readonly MemberEntry[], alive: number, now: number): void {
    if (now - this.#lostAt < LOST_MS) return
    this.#lostAt = now
    const lost = findLost()
    if (lost.length === 0) return
    const recent = lost.filter(({ since }) => now - since < LOST_RECENTLY_MS)
    const chosen = recent.length > 0 ? recent : lost
    const share = (chosen.length / Math.max(1, alive)) * (recent.length > 0 ? 1 : 0.1)
    if (this.#options.random() >= share || this.#dials.size >= MAX_DIALLING) return
    const entry = chosen[Math.floor(this.#options.random() * chosen.length)]
    if (entry && !this.#isDialled(entry.id)) this.#dialMember(entry, now)
  }

  /** Drops what is of no use any more; to be called now and then. */
  tidy(now: number): void {
    for (const [key, at] of this.#triedAt) if (now - at >= UNPROVEN_MS) this.#triedAt.delete(key)
    for (const id of this.#backoff.keys()) if (!this.#options.map.get(id)) this.#backoff.delete(id)
    for (const [id, pace] of this.#paces) if (now - pace.dialledAt > 2 * MOST_PAUSE_MS) this.#paces.delete(id)
  }

  #mayDialAgain(id: MemberId, now: number): boolean {
    const pace = this.#paces.get(id) ?? { dialledAt: -Infinity, pauseMs: 0 }
    const since = now - pace.dialledAt
    if (since < pace.pauseMs) return false
    const isOften = since < 2 * MOST_PAUSE_MS
    pace.pauseMs = isOften ? Math.min(MOST_PAUSE_MS, Math.max(FIRST_PAUSE_MS, 2 * pace.pauseMs)) : 0
    pace.dialledAt = now
    this.#paces.set(id, pace)
    return true
  }

  #isAlive(id: MemberId | null): boolean {
    return id !== null && this.#options.map.get(id)?.state === 'alive'
  }

  #isDialled(id: MemberId): boolean {
    for (const dial of this.#dials.values()) if (dial.member === id) return true
    return false
  }

  #dialMember(entry: MemberEntry, now: number): void {
    const addresses = this.#addressesOf(entry)
    if (addresses.length === 0) return
    const keys = addresses.map(addressKey)
    if (!entry.proven) {
      if (keys.every((key) => now - (this.#triedAt.get(key) ?? -Infinity) < UNPROVEN_MS)) return
      for (const key of keys) this.#triedAt.set(key, now)
    }
    this.#dial(addresses, { member: entry.id, hint: null })
  }

  #addressesOf({ record }: MemberEntry): PeerAddress[] {
    if (!record) return []
    return reachableAddresses(record, this.#options.ownAddresses().addresses)
      .filter((address) => !this.#isOwn(address))
      .slice(0, 3)
  }

  #isOwn({ host, port }: PeerAddress): boolean {
    const own = this.#options.ownAddresses()
    return port === own.port && (isLoopbackIp(host) || own.addresses.includes(host))
  }

  #dial(addresses: readonly PeerAddress[], dial: Dial): void {
    const key = ++this.#lastKey
    this.#dials.set(key, dial)
    this.#options.emit({ type: 'dial', dial: key, addresses })
  }

  #hintAnswered(hint: Hint, member: MemberId): void {
    hint.failures = 0
    hint.member = member
    if (!hint.isSeed) this.#hints.delete(addressKey(hint.address))
  }

  #hintFailed(hint: Hint, now: number): void {
    hint.failures++
    if (!hint.isSeed && hint.failures >= HINT_TRIES) this.#hints.delete(addressKey(hint.address))
    else hint.nextAt = now + Math.min(hint.patience, 500 * 2 ** hint.failures)
  }
}
