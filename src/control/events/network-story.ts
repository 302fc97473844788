/**
 * What becomes of the network, as those who read the topic `network` know it. The list of members is long, so it is looked
 * at only while somebody reads of it, and for a while after.
 */
import type { MemberView, NetworkView, PeerService } from '../../service/index.ts'
import { changedFields, pick } from './changed-fields.ts'
import { memberStatFields, type MemberStats, type NetworkMessage } from './event-messages.ts'

/** A time that is reckoned from two clocks is another one each time it is looked at. */
const CLOCKS_MS = 2_000
/** Members are heard of all the time: when last is told so often, where nothing else is told. */
const HEARD_MS = 5_000

type Tell = (news: WithoutNumber<NetworkMessage>) => void
type WithoutNumber<Message> = Message extends unknown ? Omit<Message, 'seq' | 'time'> : never

export class NetworkStory {
  readonly #service: PeerService
  /** As readers know them. */
  readonly members = new Map<string, MemberView>()
  /** Members whose figures were others once: a reader that comes back may not have heard of the last ones. */
  readonly moving = new Set<string>()
  network: NetworkView
  /** Everything after this number was told. */
  readonly since: number
  #roundsUnread = 0

  /** @param since number of the last event before it */
  constructor(service: PeerService, since: number) {
    this.#service = service
    this.since = since
    this.network = service.network()
    for (const member of service.members()) this.members.set(member.memberId, member)
  }

  /** Rounds in a row that nobody read. */
  unread(isRead: boolean): number {
    this.#roundsUnread = isRead ? 0 : this.#roundsUnread + 1
    return this.#roundsUnread
  }

  /** Tells what can't wait. @returns ids of members with other figures than before */
  look(tell: Tell): string[] {
    const network = this.#service.network()
    const fields = changedFields(this.network, network)
    if (fields.length > 0) {
      this.network = network
      tell({ type: 'network.changed', changes: pick(network, fields) })
    }
    const gone = new Set(this.members.keys())
    const stats: string[] = []
    for (const member of this.#service.members()) {
      const { memberId } = member
      gone.delete(memberId)
      const before = this.members.get(memberId)
      if (before === undefined) {
        this.members.set(memberId, member)
        tell({ type: 'member.added', member })
        continue
      }
      const news = newsOf(before, member)
      if (news.length === 0) continue
      this.members.set(memberId, { ...before, ...pick(member, news) })
      if (news.every(isStat)) stats.push(memberId)
      else tell({ type: 'member.changed', memberId, changes: pick(member, news) })
    }
    for (const memberId of gone) {
      this.members.delete(memberId)
      this.moving.delete(memberId)
      tell({ type: 'member.removed', memberId })
    }
    for (const memberId of stats) this.moving.add(memberId)
    return stats
  }

  statsOf(memberIds: ReadonlySet<string>): MemberStats[] {
    return [...memberIds].flatMap((memberId) => {
      const member = this.members.get(memberId)
      return member ? [pick(member, ['memberId', ...memberStatFields])] : []
    })
  }
}

type Field = Exclude<keyof MemberView, 'memberId'>

const stats: ReadonlySet<string> = new Set(memberStatFields)
const isStat = (field: Field): boolean => stats.has(field)

function newsOf(before: MemberView, after: MemberView): Field[] {
  const apart = (field: 'stateSince' | 'lastHeardAt'): number =>
    Math.abs(Date.parse(after[field]) - Date.parse(before[field]))
  const fields = changedFields(before, after).filter((field): field is Field => {
    return field !== 'memberId' && (field !== 'stateSince' || apart(field) >= CLOCKS_MS)
  })
  const isOnlyHeard = fields.every((field) => field === 'lastHeardAt')
  return isOnlyHeard && apart('lastHeardAt') < HEARD_MS ? [] : fields
}
