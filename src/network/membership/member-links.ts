/** The connections to other members: who is at the other end, which of several is used, which are of no use any more. */
import { ProtocolError, type MemberContent, type MemberId, type MembersMessage } from '../../protocol/index.ts'
import type { LinkKey, MembershipEffect, MembershipEvent } from './events.ts'
import { MemberLink } from './member-link.ts'

/** Nothing heard on a link in use, though beats come every 4 s; or no word on who is at the other end. */
const SILENT_MS = 12_000
/** A link that nobody wants is kept so long: it may be wanted again. */
const LINGER_MS = 30_000
/** Links for the membership alone that others may open. */
const MAX_OWN_INBOUND = 64

export interface MemberLinksOptions {
  readonly own: () => { readonly id: MemberId; readonly content: MemberContent | null }
  readonly emit: (effect: MembershipEffect) => void
  /** Somebody began to want this link. */
  readonly onActive: (link: MemberLink, now: number) => void
  /** It said who it is. */
  readonly onMember: (link: MemberLink, member: MemberId, now: number) => void
  readonly onClosed: (link: MemberLink, now: number) => void
}

export class MemberLinks {
  readonly all = new Map<LinkKey, MemberLink>()
  /** The link that is used to a member, of perhaps several. */
  readonly byMember = new Map<MemberId, MemberLink>()
  readonly #options: MemberLinksOptions

  constructor(options: MemberLinksOptions) {
    this.#options = options
  }

  opened(event: Extract<MembershipEvent, { type: 'link-opened' }>, now: number): void {
    const { link: key, host, outbound, isOwn, dial = null } = event
    const link = new MemberLink({ key, host, outbound, isOwn, dial }, now)
    this.all.set(key, link)
    const { id, content } = this.#options.own()
    this.send(link, { sender: id, ...(content && { contents: [content] }) }, now)
  }

  /** It ended by itself. */
  closed(key: LinkKey, now: number): void {
    const link = this.all.get(key)
    if (!link) return
    this.all.delete(key)
    const { member } = link
    if (member !== null && this.byMember.get(member) === link) {
      this.byMember.delete(member)
      for (const other of this.all.values()) {
        if (other.member !== member) continue
        this.byMember.set(member, other)
        break
      }
    }
    this.#options.onClosed(link, now)
  }

  close(link: MemberLink, reason: string, now: number): void {
    this.#options.emit({ type: 'close', link: link.key, reason })
    this.closed(link.key, now)
  }

  /**
   * The first message on a link. @returns the link to close, of two to that member
   * @throws ProtocolError when it doesn't say whose
   */
  introduced(link: MemberLink, sender: MemberId | undefined, now: number): MemberLink | null {
    if (sender === undefined) throw new ProtocolError('invalid-members-message', 'the first message names its sender')
    if (sender === this.#options.own().id) {
      this.close(link, 'self-connection', now)
      return null
    }
    link.member = sender
    const other = this.byMember.get(sender)
    if (!other) this.byMember.set(sender, link)
    this.#options.onMember(link, sender, now)
    if (!other) this.#refuseTooMany(link, now)
    if (!other || !link.isOwn || !other.isOwn) return null
    const loser = this.#staysBehind(link, other, sender) ? link : other
    if (loser === other) {
      this.byMember.set(sender, link)
      link.theyWant = other.theyWant
    }
    return loser
  }

  /** Links in use whose other end knew something else when it last said. */
  get differing(): number {
    let count = 0
    for (const { isActive, mismatches } of this.all.values()) if (isActive && mismatches > 0) count++
    return count
  }

  theyWant(link: MemberLink, wanted: boolean, now: number): void {
    const wasActive = link.isActive
    link.theyWant = wanted
    this.#turned(link, wasActive, now)
  }

  weWant(link: MemberLink, wanted: boolean, now: number): void {
    if (link.weWant === wanted) return
    const wasActive = link.isActive
    link.weWant = wanted
    this.send(link, { wanted }, now)
    this.#turned(link, wasActive, now)
  }

  /** Ends links whose other end is silent, and those of ours that nobody needs. */
  dropUseless(now: number): void {
    for (const link of [...this.all.values()]) {
      const { member, isActive, isOwn, idleSince, heardAt } = link
      const isMute =
        member === null
          ? isOwn && now - idleSince >= SILENT_MS
          : isActive && now - heardAt >= SILENT_MS && this.byMember.get(member) === link
      if (isMute) {
        this.close(link, 'member-silent', now)
      } else if (member !== null && isOwn && link.outbound && !isActive && now - idleSince >= LINGER_MS) {
        this.close(link, 'member-unneeded', now)
      }
    }
  }

  send(link: MemberLink, message: MembersMessage, now: number): void {
    link.saidAt = now
    this.#options.emit({ type: 'send', link: link.key, message })
  }

  /**
   * Two links to one member, both for the membership alone. When each side dialled, on both sides the one stays that the
   * smaller id made; a member that dials again from the same machine has lost the first.
   */
  #staysBehind(link: MemberLink, other: MemberLink, member: MemberId): boolean {
    if (link.outbound === other.outbound) return link.host !== other.host
    return link.outbound !== this.#options.own().id < member
  }

  #turned(link: MemberLink, wasActive: boolean, now: number): void {
    if (!link.isActive) link.idleSince = now
    else if (!wasActive) this.#options.onActive(link, now)
  }

  #refuseTooMany(link: MemberLink, now: number): void {
    if (!link.isOwn || link.outbound) return
    const inbound = [...this.all.values()].filter((one) => one.isOwn && !one.outbound)
    if (inbound.length <= MAX_OWN_INBOUND) return
    const idle = inbound.find((one) => one !== link && !one.isActive)
    this.close(idle ?? link, 'too-many-peers', now)
  }
}
