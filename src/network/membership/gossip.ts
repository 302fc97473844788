/**
 * Who tells whom what: news goes on at once over every link that somebody wants, but never back to where it came from;
 * whoever has fallen behind is found out by comparing digests, first of all, then of buckets, then key by key.
 */
import {
  MEMBER_BUCKETS,
  ProtocolError,
  type MemberContent,
  type MemberId,
  type MemberKey,
  type MemberVerdict,
  type MembersMessage,
} from '../../protocol/index.ts'
import type { LinkKey, MembershipEffect } from './events.ts'
import type { MemberCounts } from './member-counts.ts'
import type { MemberLink } from './member-link.ts'
import {
  bucketOf,
  compareContents,
  compareVerdicts,
  isThere,
  keyOf,
  type MemberEntry,
  type MemberMap,
} from './member-map.ts'

/** News waits between so long for more of it: and what comes from several sides meanwhile is not sent back to them. */
const GATHER_LEAST_MS = 20
const GATHER_MOST_MS = 200
/** A beat on each link in use: a digest, so that the other side knows that we live, and whether we agree. */
const BEAT_MS = 4_000
/** News is on its way most of the time in a large network: only a difference that stays is one. */
const MISMATCHES = 3
/** Bytes of records in a message; each has an id, an incarnation and lengths around it. */
const BATCH_BYTES = 48 * 1024
const RECORD_OVERHEAD = 48
const BATCH_VERDICTS = 1000
const BATCH_IDS = 1000
const BATCH_KEYS = 1500

export interface GossipOptions {
  readonly map: MemberMap
  readonly links: ReadonlyMap<LinkKey, MemberLink>
  readonly own: () => MemberId
  readonly counts: MemberCounts['digests']
  readonly random: () => number
  readonly emit: (effect: MembershipEffect) => void
  /** Somebody says something of ourselves. */
  readonly aboutUs: (said: MemberContent | MemberVerdict, now: number) => void
}

export class Gossip {
  readonly #options: GossipOptions
  #flushAt: number | null = null

  constructor(options: GossipOptions) {
    this.#options = options
  }

  /** When something waits to be sent; null: nothing does. */
  get flushAt(): number | null {
    return this.#flushAt
  }

  /** All links in use, but the one it came from, are to hear of this member. */
  spread(id: MemberId, from: MemberLink | null, now: number): void {
    let any = false
    for (const link of this.#options.links.values()) {
      if (!link.isActive || link === from) continue
      link.untold.add(id)
      any = true
    }
    from?.untold.delete(id)
    if (any) this.#flushAt ??= now + GATHER_LEAST_MS + (GATHER_MOST_MS - GATHER_LEAST_MS) * this.#options.random()
  }

  /** What a neighbour says, the beginning and end of a link apart. @throws ProtocolError */
  heard(link: MemberLink, message: MembersMessage, now: number): void {
    for (const content of message.contents ?? []) this.#content(link, content, now)
    for (const verdict of message.verdicts ?? []) this.#verdict(link, verdict, now)
    if (message.digest !== undefined) this.#digest(link, message.digest, now)
    if (message.buckets) this.#answerBuckets(link, message.buckets, now)
    if (message.keys) this.#answerKeys(link, message.keys, now)
    if (message.pulls) {
      const entries = this.#known(new Set(message.pulls))
      this.#charge(link, entries.length, now)
      this.#sendContents(link, entries, now)
    }
  }

  /** The link came into use: what each side missed is found out. The side with the smaller id begins. */
  reconcile(link: MemberLink, now: number): void {
    link.mismatches = 0
    if (link.member !== null && this.#options.own() < link.member) {
      this.#send(link, { buckets: this.#options.map.buckets }, now)
    }
  }

  /** Sends what waits. */
  flush(now: number): void {
    this.#flushAt = null
    for (const link of this.#options.links.values()) {
      if (link.untold.size === 0) continue
      const entries = this.#known(link.untold)
      link.untold.clear()
      this.#sendEntries(link, entries, now)
    }
  }

  beat(now: number): void {
    const { links, map, counts } = this.#options
    for (const link of links.values()) {
      if (!link.isActive || now - link.saidAt < BEAT_MS) continue
      this.#send(link, { digest: map.digest }, now)
      counts.sent++
    }
  }

  #content(link: MemberLink, content: MemberContent, now: number): void {
    const { map, own, aboutUs } = this.#options
    if (content.id === own()) {
      aboutUs(content, now)
      return this.#tellOfUs(link, content.incarnation, now)
    }
    if (map.addContent(content, now)) {
      this.spread(content.id, link, now)
      const entry = map.get(content.id)
      // It is news, but what we know weighs more: they don't know that.
      if (entry && !isThere(entry)) this.#tellBack(link, content.id, now)
      return
    }
    const known = map.get(content.id)
    if (!known) return
    const isNewer = known.content && compareContents(known.content, content) > 0
    if (isNewer || !isThere(known)) this.#tellBack(link, content.id, now)
    else link.untold.delete(content.id)
  }

  #verdict(link: MemberLink, verdict: MemberVerdict, now: number): void {
    const { map, own, aboutUs } = this.#options
    if (verdict.id === own()) {
      aboutUs(verdict, now)
      return this.#tellOfUs(link, verdict.incarnation, now)
    }
    const isNews = map.addVerdict(verdict, now)
    const known = map.get(verdict.id)
    if (!known) return
    if (known.content && known.content.incarnation > verdict.incarnation) this.#tellBack(link, verdict.id, now)
    else if (isNews) this.spread(verdict.id, link, now)
    else if (known.verdict && compareVerdicts(known.verdict, verdict) === 0) link.untold.delete(verdict.id)
  }

  /** What was said of us was not so: who said it hears it at once, be the link in use or not. */
  #tellOfUs(link: MemberLink, said: number, now: number): void {
    const us = this.#options.map.get(this.#options.own())
    if (!us?.content || us.content.incarnation <= said) return
    link.untold.add(us.id)
    this.#flushAt ??= now + GATHER_LEAST_MS
  }

  /** They are behind. What we hold against them they hear in any case: they may refute it. */
  #tellBack(link: MemberLink, id: MemberId, now: number): void {
    if (!link.isActive && link.member !== id) return
    link.untold.add(id)
    this.#flushAt ??= now + GATHER_MOST_MS
  }

  #digest(link: MemberLink, digest: number, now: number): void {
    const { map, counts } = this.#options
    const agrees = digest === map.digest
    counts[agrees ? 'agreed' : 'differed']++
    if (agrees) link.mismatches = 0
    else if (++link.mismatches >= MISMATCHES) this.reconcile(link, now)
  }

  #answerBuckets(link: MemberLink, theirs: readonly number[], now: number): void {
    const { map } = this.#options
    const ours = map.buckets
    const differing = Array.from({ length: MEMBER_BUCKETS }, (_, at) => at).filter((at) => ours[at] !== theirs[at])
    // Where they have nothing there is nothing to compare: a newcomer gets it all at once.
    const lacking = new Set(differing.filter((at) => theirs[at] === 0))
    const toCompare = differing.filter((at) => !lacking.has(at))
    const lacked = map.inBuckets(lacking)
    this.#charge(link, lacked.length, now)
    this.#sendEntries(link, lacked, now, true)
    if (toCompare.length === 0) return
    const entries = map.inBuckets(new Set(toCompare)).map(keyOf)
    this.#charge(link, entries.length, now)
    let buckets: number[] = []
    let batch: MemberKey[] = []
    for (const bucket of toCompare) {
      const keys = entries.filter(({ id }) => bucketOf(id) === bucket)
      if (batch.length > 0 && batch.length + keys.length > BATCH_KEYS) {
        this.#send(link, { keys: { buckets, entries: batch } }, now)
        buckets = []
        batch = []
      }
      // One alone that is too full is told in part, which says nothing of what is not in it.
      if (keys.length <= BATCH_KEYS) buckets.push(bucket)
      batch.push(...keys.slice(0, BATCH_KEYS))
    }
    this.#send(link, { keys: { buckets, entries: batch } }, now)
  }

  #answerKeys(link: MemberLink, { buckets, entries }: NonNullable<MembersMessage['keys']>, now: number): void {
    const { map, own } = this.#options
    const theirs = new Set(entries.map(({ id }) => id))
    const pulls: MemberId[] = []
    const tell: MemberEntry[] = []
    for (const key of entries) {
      if (key.verdict) this.#verdict(link, { id: key.id, ...key.verdict }, now)
      const known = map.get(key.id)
      if (key.id === own()) {
        if (known?.content && known.content.incarnation > key.incarnation) tell.push(known)
        continue
      }
      const ours = known?.content?.incarnation ?? 0
      if (key.incarnation > ours) pulls.push(key.id)
      else if (known && key.incarnation === ours && key.bodyHash !== known.bodyHash) {
        // Two records of one incarnation: both sides need to see both.
        pulls.push(key.id)
        tell.push(known)
      } else if (known && (key.incarnation < ours || outweighs(known, key))) tell.push(known)
    }
    for (const entry of map.inBuckets(new Set(buckets))) if (!theirs.has(entry.id)) tell.push(entry)
    this.#charge(link, tell.length, now)
    this.#sendEntries(link, tell, now)
    for (let at = 0; at < pulls.length; at += BATCH_IDS) {
      this.#send(link, { pulls: pulls.slice(at, at + BATCH_IDS) }, now)
    }
  }

  /** @param whole records go too of those suspected, whose record they would have otherwise */
  #sendEntries(link: MemberLink, entries: readonly MemberEntry[], now: number, whole = false): void {
    const verdicts: MemberVerdict[] = []
    const contents: MemberEntry[] = []
    for (const entry of entries) {
      if (entry.state !== 'alive' && entry.verdict) verdicts.push(entry.verdict)
      const isNews = whole || now - entry.heardAt <= GATHER_MOST_MS
      if (entry.state === 'alive' || (entry.state === 'suspected' && isNews)) contents.push(entry)
    }
    this.#sendContents(link, contents, now)
    for (let at = 0; at < verdicts.length; at += BATCH_VERDICTS) {
      this.#send(link, { verdicts: verdicts.slice(at, at + BATCH_VERDICTS) }, now)
    }
  }

  #sendContents(link: MemberLink, entries: readonly MemberEntry[], now: number): void {
    let batch: MemberContent[] = []
    let bytes = 0
    for (const entry of entries) {
      // Its own record too, should it come from elsewhere: there may be two of that id.
      if (!entry.content) continue
      batch.push(entry.content)
      bytes += entry.content.body.length + RECORD_OVERHEAD
      if (bytes < BATCH_BYTES) continue
      this.#send(link, { contents: batch }, now)
      batch = []
      bytes = 0
    }
    if (batch.length > 0) this.#send(link, { contents: batch }, now)
  }

  /** What a neighbour makes us do has a limit. @throws ProtocolError */
  #charge(link: MemberLink, entries: number, now: number): void {
    if (link.charge({ entries }, now)) return
    throw new ProtocolError('members-flood', 'it asks for the membership again and again')
  }

  #known(ids: Iterable<MemberId>): MemberEntry[] {
    const entries: MemberEntry[] = []
    for (const id of ids) {
      const entry = this.#options.map.get(id)
      if (entry) entries.push(entry)
    }
    return entries
  }

  #send(link: MemberLink, message: MembersMessage, now: number): void {
    link.saidAt = now
    this.#options.emit({ type: 'send', link: link.key, message })
  }
}

/** We know of a verdict that they don't, and that counts. */
function outweighs(known: MemberEntry, key: MemberKey): boolean {
  const { state, verdict } = known
  if (state === 'alive' || !verdict) return false
  return !key.verdict || compareVerdicts(verdict, key.verdict) > 0
}
