/** What goes over the WebSocket at /events. One JSON text a message; every field is in openapi/asyncapi.json. */
import type { MemberView, NetworkView, PeerView, ServiceEvent, SwarmView } from '../../service/index.ts'

export const eventTopics = ['swarms', 'stats', 'peers', 'choker', 'network'] as const
export type EventTopic = (typeof eventTopics)[number]

/** Says where the story stands when the connection is made. */
export interface HelloMessage {
  readonly type: 'hello'
  /** Another one means another run: no `seq` of before counts. */
  readonly epoch: string
  /** Of the last event before the connection. */
  readonly seq: number
  /** The events after `since` follow, and no snapshot. */
  readonly resumed: boolean
  readonly topics: readonly EventTopic[]
  readonly version: string
  readonly memberId: string
}

/** All swarms, in parts. Whatever is not in any part is not there. */
export interface SnapshotMessage {
  readonly type: 'snapshot'
  readonly swarms: readonly SwarmView[]
  readonly last: boolean
}

/** The fields of a swarm that change all the time. */
export const statFields = [
  'stateReason',
  'pieces',
  'progress',
  'downloadRate',
  'uploadRate',
  'downloaded',
  'uploaded',
  'wasted',
  'etaSeconds',
  'peers',
  'uploadState',
] as const satisfies readonly (keyof SwarmView)[]

export type SwarmStats = Pick<SwarmView, 'infoHash' | (typeof statFields)[number]>

interface Figures {
  readonly seq: number
  /** So many of these were left out before it, as this reader was too slow. Nothing is lost by that but the time between. */
  readonly dropped: number
}

/** Once a second, of the swarms that changed since the last of these. */
export interface StatsMessage extends Figures {
  readonly type: 'stats'
  readonly swarms: readonly SwarmStats[]
}

/** Once a second, for readers that named swarms: all peers of one of these. */
export interface PeersMessage {
  readonly type: 'peers'
  readonly infoHash: string
  readonly peers: readonly PeerView[]
}

/** This peer as a member and all machines of the network, in parts. Whoever is not in any part is not there. */
export interface NetworkSnapshotMessage {
  readonly type: 'network.snapshot'
  readonly network: NetworkView
  readonly members: readonly MemberView[]
  readonly last: boolean
}

/** The fields of a member that change all the time. */
export const memberStatFields = [
  'isLinked',
  'lastHeardAt',
  'swarms',
  'swarmsOmitted',
] as const satisfies readonly (keyof MemberView)[]

export type MemberStats = Pick<MemberView, 'memberId' | (typeof memberStatFields)[number]>

/** Once a second, of the members of whom that changed. */
export interface NetworkStatsMessage extends Figures {
  readonly type: 'network.stats'
  readonly members: readonly MemberStats[]
}

interface Numbered {
  readonly seq: number
  /** RFC 3339, UTC. */
  readonly time: string
}

export type SwarmAddedMessage = Numbered & { readonly type: 'swarm.added'; readonly swarm: SwarmView }
export type SwarmChangedMessage = Numbered & {
  readonly type: 'swarm.changed'
  readonly infoHash: string
  /** Of the fields of a swarm, those that are other than before. */
  readonly changes: Partial<Omit<SwarmView, 'infoHash'>>
}
export type SwarmRemovedMessage = Numbered & { readonly type: 'swarm.removed'; readonly infoHash: string }

export type MemberAddedMessage = Numbered & { readonly type: 'member.added'; readonly member: MemberView }
export type MemberChangedMessage = Numbered & {
  readonly type: 'member.changed'
  readonly memberId: string
  readonly changes: Partial<Omit<MemberView, 'memberId'>>
}
export type MemberRemovedMessage = Numbered & { readonly type: 'member.removed'; readonly memberId: string }
export type NetworkChangedMessage = Numbered & {
  readonly type: 'network.changed'
  readonly changes: Partial<NetworkView>
}

/** News of the network. */
export type NetworkMessage = MemberAddedMessage | MemberChangedMessage | MemberRemovedMessage | NetworkChangedMessage

/** News of the service that are passed on as they are. */
export type PassedOn = Extract<
  ServiceEvent,
  { readonly type: 'swarm.completed' | 'peer.connected' | 'peer.closed' | 'choker.round' }
>
export type NewsMessage = Numbered & PassedOn

/** What is kept for replay. */
export type NumberedMessage =
  | SwarmAddedMessage
  | SwarmChangedMessage
  | SwarmRemovedMessage
  | NewsMessage
  | NetworkMessage
