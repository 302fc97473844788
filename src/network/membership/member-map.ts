/**
 * The map on which all members agree: for each member its newest record and the newest verdict on it.
 *
 * Both only ever grow in one order: a higher incarnation wins; at the same incarnation the weightier verdict, and of two
 * records (which a member never makes) the one whose bytes are greater. So merging is commutative, associative and
 * idempotent: whoever heard the same things, in whatever order and however often, knows the same. A verdict counts until a
 * record of a higher incarnation is there: that is how a living member refutes its own death.
 */
import {
  MEMBER_BUCKETS,
  decodeMemberRecord,
  type MemberContent,
  type MemberId,
  type MemberKey,
  type MemberRecord,
  type MemberVerdict,
} from '../../protocol/index.ts'

export type MemberState = 'alive' | MemberVerdict['kind']

/** What is known of one member. */
export interface MemberEntry {
  readonly id: MemberId
  content: MemberContent | null
  record: MemberRecord | null
  verdict: MemberVerdict | null
  state: MemberState
  /** ms; when it came into this state here. */
  since: number
  /** ms; when its last record came. */
  heardAt: number
  /** We spoke with it ourselves. */
  proven: boolean
  bodyHash: number
  /** What it adds to the digest of its bucket; 0 while it isn't there. */
  digest: number
}

export interface MemberMapOptions {
  /** Members kept, whatever their state. */
  readonly maxMembers: number
  /** `decodeMemberRecord`, unless told. */
  readonly decode?: (body: Buffer) => MemberRecord
  /** The state changed, or the record did. `before`: the state that it was in, null when nothing was known of it. */
  readonly onChange: (entry: MemberEntry, before: MemberState | null) => void
}

const WEIGHT: Record<MemberVerdict['kind'], number> = { suspected: 1, gone: 2, left: 3 }

export class MemberMap {
  readonly #options: MemberMapOptions
  readonly #entries = new Map<MemberId, MemberEntry>()
  readonly #buckets = new Uint32Array(MEMBER_BUCKETS)

  constructor(options: MemberMapOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#entries.size
  }

  get(id: MemberId): MemberEntry | undefined {
    return this.#entries.get(id)
  }

  all(): IterableIterator<MemberEntry> {
    return this.#entries.values()
  }

  /** How many are in each state; some who are gone, and of whom nothing is known but that, apart. */
  get states(): Record<MemberState, number> {
    const states = { alive: 0, suspected: 0, gone: 0, left: 0 }
    for (const { state, content } of this.#entries.values()) if (content) states[state]++
    return states
  }

  /** Over all members that are there, and who of them is suspected. */
  get digest(): number {
    let digest = 0
    for (const bucket of this.#buckets) digest = mix(digest, bucket)
    return digest
  }

  get buckets(): readonly number[] {
    return [...this.#buckets]
  }

  /**
   * Takes a record in. @returns whether it was news
   * @throws ProtocolError when a record that would be news is none
   */
  addContent(content: MemberContent, now: number): boolean {
    const known = this.#entries.get(content.id)
    if (known?.content && compareContents(known.content, content) >= 0) return false
    const record = (this.#options.decode ?? decodeMemberRecord)(content.body)
    const entry = known ?? this.#open(content.id, now)
    if (!entry) return false
    entry.content = content
    entry.record = record
    entry.heardAt = now
    entry.bodyHash = hashBytes(content.body)
    this.#settle(entry, known ? entry.state : null, now)
    return true
  }

  /** Takes a verdict in. @returns whether it was news */
  addVerdict(verdict: MemberVerdict, now: number): boolean {
    const known = this.#entries.get(verdict.id)
    if (known?.verdict && compareVerdicts(known.verdict, verdict) >= 0) return false
    const entry = known ?? this.#open(verdict.id, now)
    if (!entry) return false
    entry.verdict = verdict
    const before = known ? entry.state : null
    // It counts for nothing once the member said more than the verdict knows.
    if (entry.content && entry.content.incarnation > verdict.incarnation) return true
    this.#settle(entry, before, now)
    return true
  }

  /** Forgets a member. */
  delete(id: MemberId): void {
    const entry = this.#entries.get(id)
    if (!entry) return
    this.#entries.delete(id)
    this.#count(entry, 0)
  }

  /** All that are there in these buckets. */
  inBuckets(buckets: ReadonlySet<number>): MemberEntry[] {
    return [...this.#entries.values()].filter((entry) => isThere(entry) && buckets.has(bucketOf(entry.id)))
  }

  #open(id: MemberId, now: number): MemberEntry | null {
    if (this.#entries.size >= this.#options.maxMembers && !this.#makeRoom()) return null
    const entry: MemberEntry = {
      id,
      content: null,
      record: null,
      verdict: null,
      state: 'gone',
      since: now,
      heardAt: now,
      proven: false,
      bodyHash: 0,
      digest: 0,
    }
    this.#entries.set(id, entry)
    return entry
  }

  /** Who has been gone the longest is forgotten first; who is there, never. */
  #makeRoom(): boolean {
    let oldest: MemberEntry | null = null
    for (const entry of this.#entries.values()) {
      if (!isThere(entry) && (!oldest || entry.since < oldest.since)) oldest = entry
    }
    if (oldest) this.delete(oldest.id)
    return oldest !== null
  }

  #settle(entry: MemberEntry, before: MemberState | null, now: number): void {
    const { content, verdict } = entry
    entry.state = verdict && verdict.incarnation >= (content?.incarnation ?? 0) ? verdict.kind : 'alive'
    if (entry.state !== before) entry.since = now
    this.#count(entry, isThere(entry) ? digestOf(entry) : 0)
    this.#options.onChange(entry, before)
  }

  #count(entry: MemberEntry, digest: number): void {
    const bucket = bucketOf(entry.id)
    this.#buckets[bucket] = ((this.#buckets[bucket] ?? 0) ^ entry.digest ^ digest) >>> 0
    entry.digest = digest
  }
}

/** Alive, or only suspected: we know where it is. */
export function isThere(entry: MemberEntry): boolean {
  return entry.content !== null && (entry.state === 'alive' || entry.state === 'suspected')
}

export function keyOf(entry: MemberEntry): MemberKey {
  const { id, content, bodyHash, verdict } = entry
  return {
    id,
    incarnation: content?.incarnation ?? 0,
    bodyHash,
    verdict: verdict && { incarnation: verdict.incarnation, kind: verdict.kind },
  }
}

/** < 0: `b` is newer; 0: the same. */
export function compareContents(a: MemberContent, b: MemberContent): number {
  return a.incarnation - b.incarnation || Buffer.compare(a.body, b.body)
}

/** < 0: `b` outweighs `a`. */
export function compareVerdicts(a: Omit<MemberVerdict, 'id'>, b: Omit<MemberVerdict, 'id'>): number {
  return a.incarnation - b.incarnation || WEIGHT[a.kind] - WEIGHT[b.kind]
}

export function bucketOf(id: MemberId): number {
  return Number.parseInt(id.slice(0, 2), 16) % MEMBER_BUCKETS
}

function digestOf({ id, content, bodyHash, state }: MemberEntry): number {
  const incarnation = content?.incarnation ?? 0
  let digest = mix(hashText(id), bodyHash)
  digest = mix(digest, Math.floor(incarnation / 2 ** 32))
  return mix(digest, (incarnation % 2 ** 32) ^ (state === 'suspected' ? 0x5555 : 0)) || 1
}

/** FNV-1a, 32 bits. It tells what differs by chance; whoever wants to make two alike can. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash >>> 0
}

function hashBytes(bytes: Uint8Array): number {
  let hash = 0x811c9dc5
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}

/** Two numbers of 32 bits as one. */
export function mix(hash: number, value: number): number {
  let mixed = Math.imul((hash ^ value) + 0x9e3779b9, 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
