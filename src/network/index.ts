/**
 * Who is there: the tracker that every peer is, over HTTP and UDP, which knows the peers of our own swarms and of whatever
 * other swarms are announced to it; local discovery, which finds the peers of our swarms on the LAN; and the membership,
 * the list of all machines on which the members of the network agree; and the search for a file by its name among them.
 *
 * Invariant: pure. Time comes in as `now` (milliseconds), chance as `random`; nothing here opens a socket or starts a timer.
 * Strangers can make it forget strangers, but never grow it past its limits, and never make it forget our own swarms.
 *
 * May import: `protocol/`.
 */
export { LocalDiscovery, type LocalPeer } from './local-discovery.ts'
export { Allowance } from './allowance.ts'
export {
  NameSearch,
  type NameAnswer,
  type NamedTorrent,
  type NameOutcome,
  type NameTarget,
} from './manifests/name-search.ts'
export { Membership, type MembershipOptions, type MemberView } from './membership/membership.ts'
export type { DialKey, LinkKey, MembershipEffect, MembershipEvent } from './membership/events.ts'
export { reachableAddresses } from './membership/member-address.ts'
export type { MemberChange } from './membership/member-counts.ts'
export type { MemberState } from './membership/member-map.ts'
export { TrackerRegistry } from './tracker-registry.ts'
export type { AnnounceAnswer, RegistryChange, TrackerRegistryOptions } from './tracker-registry.ts'
export type { OwnPeer, RegistryPeer } from './tracker-swarm.ts'
export { UdpTracker } from './udp-tracker.ts'
export type { UdpTrackerCounters, UdpTrackerOptions } from './udp-tracker.ts'
