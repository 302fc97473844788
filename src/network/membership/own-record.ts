/** What we say of ourselves, at which incarnation, and how often. */
import {
  MAX_INCARNATION,
  encodeMemberRecord,
  type MemberContent,
  type MemberId,
  type MemberRecord,
} from '../../protocol/index.ts'

/** Progress and rates change all the time: the more members there are, the less often each tells of its own. */
const NUMBERS_MS_A_MEMBER = 100
const NUMBERS_LEAST_MS = 1_000
const NUMBERS_MOST_MS = 60_000
/** Who has no news says so, now and then: the others see when it was last heard. */
const REFRESH_MS_A_MEMBER = 6_000
const REFRESH_LEAST_MS = 60_000
/** Once it may be a memory of our own past, should our clock have gone back; not again. */
const FOREIGN_RECORDS = 2
/** What is said at a higher incarnation can't be refuted for long: there is an end to them. No clock comes that far. */
const MOST_REFUTABLE = MAX_INCARNATION / 2

export class OwnRecord {
  #id: MemberId
  #incarnation: number
  #body: Buffer | null = null
  #next: Buffer | null = null
  #toldAt = -Infinity
  #foreign = 0
  #isUrgent = false

  /** @param incarnation where to begin: higher than in the life before, as a clock is */
  constructor(id: MemberId, incarnation: number) {
    this.#id = id
    this.#incarnation = Math.max(1, Math.floor(incarnation))
  }

  get id(): MemberId {
    return this.#id
  }

  get incarnation(): number {
    return this.#incarnation
  }

  /** Null before we know what we are. */
  get content(): MemberContent | null {
    return this.#body && { id: this.#id, incarnation: this.#incarnation, body: this.#body }
  }

  /** What we are now. */
  set(record: MemberRecord, isUrgent: boolean): void {
    const body = encodeMemberRecord(record)
    if (this.#body?.equals(body)) {
      this.#next = null
      this.#isUrgent = false
      return
    }
    this.#next = body
    this.#isUrgent ||= isUrgent || this.#body === null
  }

  /** @param members how many there are @returns whether there is something new to tell, at a new incarnation */
  settle(members: number, now: number): boolean {
    if (this.#body === null && this.#next === null) return false
    const since = now - this.#toldAt
    const numbersMs = Math.min(NUMBERS_MOST_MS, Math.max(NUMBERS_LEAST_MS, members * NUMBERS_MS_A_MEMBER))
    const refreshMs = Math.max(REFRESH_LEAST_MS, members * REFRESH_MS_A_MEMBER)
    if (!this.#isUrgent && !(this.#next && since >= numbersMs) && since < refreshMs) return false
    this.#raise(this.#incarnation + 1, now)
    return true
  }

  /**
   * Somebody says something of us at this incarnation that isn't so: we say the truth, at a higher one.
   * @returns false when there is none: our id is spent
   */
  refute(incarnation: number, now: number): boolean {
    if (incarnation > MOST_REFUTABLE) return false
    this.#raise(incarnation + 1, now)
    return true
  }

  /** A record under our id that we did not write. @returns whether another machine must have our id */
  isClash(): boolean {
    return ++this.#foreign >= FOREIGN_RECORDS
  }

  rename(id: MemberId): void {
    this.#id = id
    this.#foreign = 0
    this.#isUrgent = true
  }

  #raise(incarnation: number, now: number): void {
    this.#incarnation = incarnation
    this.#body = this.#next ?? this.#body
    this.#next = null
    this.#isUrgent = false
    this.#toldAt = now
  }
}
