/**
 * The membership that agrees: who is in the network, where, and how far each has got. Every member holds the whole map, and
 * is linked to a few others (see member-ring.ts); what changes goes on from link to link within a second.
 *
 * A member that leaves says so. One that dies is missed by those that the ring has watch it: they can't reach it any
 * more, and ask all others by suspecting it aloud. If it lives, it hears of that and refutes it; if nobody refutes it
 * within five seconds, it is gone.
 */
import {
  ProtocolError,
  addressKey,
  type MemberContent,
  type MemberId,
  type MemberRecord,
  type MemberVerdict,
  type PeerAddress,
} from '../../protocol/index.ts'
import type { MembershipEffect, MembershipEvent } from './events.ts'
import { Gossip } from './gossip.ts'
import { MemberCounts } from './member-counts.ts'
import { MemberDials } from './member-dials.ts'
import type { MemberLink } from './member-link.ts'
import { MemberLinks } from './member-links.ts'
import { MemberMap, isThere, type MemberEntry, type MemberState } from './member-map.ts'
import { MemberRing } from './member-ring.ts'
import { MissingMembers } from './missing-members.ts'
import { OwnRecord } from './own-record.ts'

export interface MembershipOptions {
  readonly id: MemberId
  /** Higher than any of the life before: milliseconds since the epoch will do. */
  readonly incarnation: number
  /** 0 ≤ x < 1 */
  readonly random: () => number
  /** Members kept, ourselves and those gone among them; 5,000 unless told. */
  readonly maxMembers?: number
  readonly decode?: (body: Buffer) => MemberRecord
}

/** A member as others see it. */
export interface MemberView {
  readonly id: MemberId
  readonly state: MemberState
  readonly record: MemberRecord | null
  /** ms, on the clock of the events: when it was last heard of, by ourselves or through others. */
  readonly heardAt: number
  /** ms; since when it is in this state. */
  readonly since: number
  readonly isLinked: boolean
}

const TICK_MS = 1_000
const FORGET_EVERY_MS = 5_000
/** No tick for so long: we were stopped, and not the others silent. */
const ASLEEP_MS = 3_000

export class Membership {
  readonly #own: OwnRecord
  readonly #map: MemberMap
  readonly #ring: MemberRing
  readonly #links: MemberLinks
  readonly #gossip: Gossip
  readonly #dials: MemberDials
  readonly #counts = new MemberCounts()
  readonly #changed = new Set<MemberId>()
  readonly #missing = new MissingMembers()
  #forgetAt = 0
  #effects: MembershipEffect[] = []
  #ownAddresses: { addresses: readonly string[]; port: number } = { addresses: [], port: 0 }
  /** Something happened that may change whom we should be linked to. */
  #linksMayChange = true
  #tickAt = 0
  #tickedAt: number | null = null
  /** Until it is given: nothing is said about the one we have. */
  #needsId = false
  #left = false

  constructor(options: MembershipOptions) {
    const { random } = options
    const emit = (effect: MembershipEffect): void => void this.#effects.push(effect)
    this.#own = new OwnRecord(options.id, options.incarnation)
    this.#ring = new MemberRing(() => this.#own.id)
    this.#map = new MemberMap({
      maxMembers: options.maxMembers ?? 5000,
      ...(options.decode && { decode: options.decode }),
      onChange: (entry, before) => this.#entryChanged(entry, before),
    })
    this.#links = new MemberLinks({
      own: () => this.#own,
      emit,
      onActive: (link, now) => this.#gossip.reconcile(link, now),
      onMember: (link, member, now) => {
        this.#linksMayChange = true
        const dialled = this.#dials.linked(link.dial, member)
        // Another lives there now.
        if (dialled !== null && dialled !== member) this.#suspect(dialled, now)
      },
      onClosed: (link, now) => {
        // If the member is wanted it is dialled again at once, which shows whether it is still there.
        this.#linksMayChange = true
        if (link.dial !== null && link.member === null) this.#dialFailed(link.dial, false, now)
      },
    })
    this.#gossip = new Gossip({
      map: this.#map,
      links: this.#links.all,
      counts: this.#counts.digests,
      own: () => this.#own.id,
      random,
      emit,
      aboutUs: (said, now) => this.#aboutUs(said, now),
    })
    this.#dials = new MemberDials({
      map: this.#map,
      random,
      emit,
      ownAddresses: () => this.#ownAddresses,
    })
  }

  get id(): MemberId {
    return this.#own.id
  }

  /** When `handle` wants a tick at the latest, ms. */
  get dueAt(): number {
    return Math.min(this.#tickAt, this.#gossip.flushAt ?? Infinity)
  }

  /** All that are known, ourselves first. */
  members(): MemberView[] {
    const entries = [...this.#map.all()].map((entry) => this.#view(entry))
    return entries.sort((a, b) => Number(b.id === this.id) - Number(a.id === this.id) || (a.id < b.id ? -1 : 1))
  }

  member(id: MemberId): MemberView | null {
    const entry = this.#map.get(id)
    return entry ? this.#view(entry) : null
  }

  /** Null: not known. */
  stateOf(id: MemberId): MemberState | null {
    return this.#map.get(id)?.state ?? null
  }

  /** Members that are there (not suspected), ourselves among them. */
  get alive(): number {
    return this.states.alive
  }

  /** Members we are connected to. */
  get linked(): number {
    return this.#links.byMember.size
  }

  /** Links in use whose other end knew something else when it last said. */
  get differing(): number {
    return this.#links.differing
  }

  /** How many are in each state; those that went are forgotten after some time. */
  get states(): Record<MemberState, number> {
    return this.#map.states
  }

  get counts(): Pick<MemberCounts, 'changes' | 'digests'> {
    return this.#counts
  }

  /** Over all who are there: the same number on members that know the same. */
  get digest(): number {
    return this.#map.digest
  }

  /** One input. @param now ms, monotonic */
  handle(event: MembershipEvent, now: number): void {
    if (this.#left) return
    switch (event.type) {
      case 'link-opened':
        return this.#links.opened(event, now)
      case 'link-closed':
        this.#links.closed(event.link, now)
        return this.#look(now)
      case 'message':
        return this.#message(event, now)
      case 'heard': {
        const link = this.#links.all.get(event.link)
        if (link) link.heardAt = now
        return
      }
      case 'dial-failed':
        this.#dialFailed(event.dial, event.isOurFault, now)
        return this.#look(now)
      case 'hint':
      case 'seed':
        this.#dials.hint(event.address, event.type === 'seed', now)
        this.#tickAt = Math.min(this.#tickAt, now)
        return
      case 'own':
        this.#ownAddresses = { addresses: event.record.addresses, port: event.record.peerPort }
        this.#own.set(event.record, event.isUrgent)
        return this.#tellOwn(now)
      case 'tick':
        return this.#tick(now)
      case 'leave':
        return this.#leave(now)
    }
  }

  /** Ends the transition: what is to be done, in order. */
  drain(): MembershipEffect[] {
    for (const id of this.#changed) this.#effects.push({ type: 'changed', id })
    this.#changed.clear()
    const effects = this.#effects
    this.#effects = []
    return effects
  }

  /** Another id, after a clash: the member under the old one is the other machine. */
  rename(id: MemberId, now: number): void {
    this.#needsId = false
    this.#map.delete(this.#own.id)
    this.#own.rename(id)
    for (const link of [...this.#links.all.values()]) this.#links.close(link, 'member-renamed', now)
    this.#tellOwn(now)
  }

  #view(entry: MemberEntry): MemberView {
    const { id, state, record, since } = entry
    const isOwn = id === this.id
    const link = this.#links.byMember.get(id)
    const heardAt = isOwn ? (this.#tickedAt ?? entry.heardAt) : Math.max(entry.heardAt, link?.heardAt ?? 0)
    return { id, state, record, heardAt, since, isLinked: link !== undefined }
  }

  #message({ link: key, message, bytes }: Extract<MembershipEvent, { type: 'message' }>, now: number): void {
    const link = this.#links.all.get(key)
    if (!link) return
    const { contents = [], verdicts = [], keys, pulls = [] } = message
    link.heardAt = now
    try {
      const entries = contents.length + verdicts.length + (keys?.entries.length ?? 0) + pulls.length
      if (!link.charge({ entries, messages: 1, bytes }, now)) {
        throw new ProtocolError('members-flood', 'more about the membership than any network has to tell')
      }
      const surplus = link.member === null ? this.#links.introduced(link, message.sender, now) : null
      if (!this.#links.all.has(key)) return
      if (message.wanted !== undefined) this.#links.theyWant(link, message.wanted, now)
      this.#gossip.heard(link, message, now)
      if (message.sender !== undefined) this.#prove(link)
      if (surplus) this.#closeSurplus(surplus, now)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      this.#links.close(link, error.code, now)
    }
    this.#look(now)
  }

  /** Its other end hears what we know under its id: if that is another machine, it had better know. */
  #closeSurplus(link: MemberLink, now: number): void {
    const content = link.member === null ? null : this.#map.get(link.member)?.content
    if (content) this.#links.send(link, { contents: [content] }, now)
    this.#links.close(link, 'duplicate-connection', now)
  }

  #prove(link: MemberLink): void {
    const entry = link.member === null ? undefined : this.#map.get(link.member)
    if (entry) entry.proven = true
  }

  #dialFailed(dial: number, isOurFault: boolean, now: number): void {
    const member = this.#dials.failed(dial, now)
    if (member !== null && !isOurFault) this.#suspect(member, now)
    this.#linksMayChange = true
  }

  /** We can't reach it. The others are asked by being told. */
  #suspect(id: MemberId, now: number): void {
    const entry = this.#map.get(id)
    if (entry?.state !== 'alive' || !entry.content || this.#links.byMember.has(id)) return
    this.#map.addVerdict({ id, incarnation: entry.content.incarnation, kind: 'suspected' }, now)
    this.#gossip.spread(id, null, now)
  }

  #aboutUs(said: MemberContent | MemberVerdict, now: number): void {
    if (this.#needsId) return
    const { incarnation, content } = this.#own
    const isVerdict = 'kind' in said
    const isFalse = isVerdict ? said.incarnation >= incarnation : said.incarnation > incarnation
    const isForeign = !isVerdict && said.incarnation === incarnation && content && !content.body.equals(said.body)
    if (!isFalse && !isForeign) return
    const isShared = !isVerdict && this.#own.isClash()
    const isRefuted = this.#own.refute(said.incarnation, now)
    if (isRefuted) this.#publish(now)
    if (isRefuted && !isShared) return
    this.#needsId = true
    this.#effects.push({ type: 'clash' })
  }

  #tellOwn(now: number): void {
    if (this.#own.settle(this.#ring.size + 1, now)) this.#publish(now)
  }

  #publish(now: number): void {
    const { content } = this.#own
    if (!content) return
    this.#map.addContent(content, now)
    this.#gossip.spread(content.id, null, now)
  }

  #entryChanged(entry: MemberEntry, before: MemberState | null): void {
    this.#changed.add(entry.id)
    if (entry.id === this.#own.id) return
    this.#counts.changed(entry, before)
    // Who joins or goes changes whom we watch.
    if (isThere(entry) ? this.#ring.add(entry.id) : this.#ring.delete(entry.id)) this.#linksMayChange = true
    this.#missing.changed(entry)
  }

  #tick(now: number): void {
    if (this.#tickedAt !== null && now - this.#tickedAt > ASLEEP_MS) {
      for (const link of this.#links.all.values()) link.heardAt = now
    }
    const flushAt = this.#gossip.flushAt
    if (flushAt !== null && flushAt <= now) this.#gossip.flush(now)
    if (now < this.#tickAt) return
    this.#tickedAt = now
    this.#tickAt = now + TICK_MS
    this.#tellOwn(now)
    this.#giveUpSuspected(now)
    this.#forgetLost(now)
    this.#links.dropUseless(now)
    this.#linksMayChange = true
    this.#look(now)
    this.#followUp(now)
    this.#gossip.beat(now)
  }

  /** Suspicions that nobody refuted. */
  #giveUpSuspected(now: number): void {
    for (const { verdict } of this.#missing.overdue(now)) {
      if (!verdict) continue
      this.#map.addVerdict({ ...verdict, kind: 'gone' }, now)
      this.#dials.somebodyIsGone(now)
    }
  }

  #forgetLost(now: number): void {
    if (now < this.#forgetAt) return
    this.#forgetAt = now + FORGET_EVERY_MS
    this.#dials.tidy(now)
    for (const { id } of this.#missing.takeForgotten(this.#map, now)) {
      this.#map.delete(id)
      this.#dials.forget(id)
      this.#changed.add(id)
    }
  }

  /** Sees to it that we have the links we want. */
  #look(now: number): void {
    if (this.#own.content === null || !this.#linksMayChange) return
    this.#linksMayChange = false
    const { byMember } = this.#links
    const wanted = this.#ring.wanted((id) => byMember.has(id) || this.#dials.canLink(id, now))
    for (const [id, link] of byMember) this.#links.weWant(link, wanted.has(id), now)
    this.#dials.reach(wanted, (id) => byMember.has(id), now)
  }

  #followUp(now: number): void {
    if (this.#own.content === null) return
    const alive = this.#ring.size + 1
    this.#dials.followHints((address) => this.#isMemberAt(address), this.#links.byMember.size === 0, now)
    this.#dials.seekLost(() => this.#missing.lost(), alive, now)
  }

  #isMemberAt(address: PeerAddress): boolean {
    const key = addressKey(address)
    for (const { state, record } of this.#map.all()) {
      if (state !== 'alive' || record?.peerPort !== address.port) continue
      if (record.addresses.some((host) => addressKey({ host, port: record.peerPort }) === key)) return true
    }
    return false
  }

  #leave(now: number): void {
    const { id, incarnation, content } = this.#own
    this.#left = true
    if (!content) return
    const goodbye = { verdicts: [{ id, incarnation, kind: 'left' as const }] }
    for (const link of this.#links.byMember.values()) this.#links.send(link, goodbye, now)
    this.#map.addVerdict({ id, incarnation, kind: 'left' }, now)
  }
}
