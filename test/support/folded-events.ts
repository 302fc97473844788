import type { MemberView, NetworkView, SwarmView } from '../../src/service/index.ts'

/** Any message of /events, as a client that knows its description sees it. */
export interface EventMessage {
  readonly type: string
  readonly seq?: number
  readonly time?: string
  readonly epoch?: string
  readonly resumed?: boolean
  readonly last?: boolean
  readonly dropped?: number
  readonly infoHash?: string
  readonly swarm?: SwarmView
  readonly swarms?: readonly SwarmView[]
  readonly changes?: Partial<SwarmView> | Partial<MemberView> | Partial<NetworkView>
  readonly network?: NetworkView
  readonly memberId?: string
  readonly member?: MemberView
  readonly members?: readonly MemberView[]
}

/** What a client makes of the messages: all swarms and members, as it knows them, over as many connections as it takes. */
export class FoldedEvents {
  readonly swarms = new Map<string, SwarmView>()
  readonly members = new Map<string, MemberView>()
  network: NetworkView | null = null
  epoch: string | null = null
  seq = 0
  /** The state is whole: a snapshot has ended. */
  complete = false
  /** Connections that went on where the one before ended, and those that began anew. */
  resumed = 0
  restarted = 0
  dropped = 0
  #snapshot: Set<string> | null = null
  #memberSnapshot: Set<string> | null = null

  /** To connect again with. */
  get query(): string {
    return this.epoch === null || !this.complete ? '' : `epoch=${this.epoch}&since=${this.seq}`
  }

  fold(message: EventMessage): void {
    const { type, seq, infoHash, memberId } = message
    switch (type) {
      case 'hello':
        this.epoch = message.epoch ?? null
        if (message.resumed === true) this.resumed++
        else {
          this.restarted++
          this.complete = false
          this.#snapshot = new Set()
          this.#memberSnapshot = new Set()
          this.seq = seq ?? 0
        }
        return
      case 'snapshot':
        for (const swarm of message.swarms ?? []) this.#set(swarm)
        if (message.last !== true) return
        for (const known of [...this.swarms.keys()]) if (this.#snapshot?.has(known) !== true) this.swarms.delete(known)
        this.#snapshot = null
        this.complete = true
        return
      case 'network.snapshot':
        this.network = message.network ?? null
        for (const member of message.members ?? []) this.#setMember(member)
        if (message.last !== true) return
        for (const known of [...this.members.keys()])
          if (this.#memberSnapshot?.has(known) !== true) this.members.delete(known)
        this.#memberSnapshot = null
        return
      case 'stats':
        this.dropped += message.dropped ?? 0
        for (const stats of message.swarms ?? []) this.#change(stats.infoHash, stats)
        break
      case 'swarm.added':
        if (message.swarm) this.#set(message.swarm)
        break
      case 'swarm.changed':
        this.#change(infoHash ?? '', message.changes as Partial<SwarmView>)
        break
      case 'swarm.removed':
        this.swarms.delete(infoHash ?? '')
        this.#snapshot?.delete(infoHash ?? '')
        break
      case 'network.stats':
        this.dropped += message.dropped ?? 0
        for (const stats of message.members ?? []) this.#changeMember(stats.memberId, stats)
        break
      case 'network.changed':
        if (this.network) this.network = { ...this.network, ...(message.changes as Partial<NetworkView>) }
        break
      case 'member.added':
        if (message.member) this.#setMember(message.member)
        break
      case 'member.changed':
        this.#changeMember(memberId ?? '', message.changes as Partial<MemberView>)
        break
      case 'member.removed':
        this.members.delete(memberId ?? '')
        this.#memberSnapshot?.delete(memberId ?? '')
        break
    }
    if (seq !== undefined) this.seq = seq
  }

  #set(swarm: SwarmView): void {
    this.swarms.set(swarm.infoHash, swarm)
    this.#snapshot?.add(swarm.infoHash)
  }

  #change(infoHash: string, changes: Partial<SwarmView>): void {
    const swarm = this.swarms.get(infoHash)
    if (swarm) this.swarms.set(infoHash, { ...swarm, ...changes })
  }

  #setMember(member: MemberView): void {
    this.members.set(member.memberId, member)
    this.#memberSnapshot?.add(member.memberId)
  }

  #changeMember(memberId: string, changes: Partial<MemberView>): void {
    const member = this.members.get(memberId)
    if (member) this.members.set(memberId, { ...member, ...changes })
  }
}
