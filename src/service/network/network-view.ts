/** Pictures of the network for the control plane. */
import type { MemberView as Member } from '../../network/index.ts'
import { addressKey, type InfoHash, type MemberSwarm } from '../../protocol/index.ts'
import type { Network } from './network.ts'
import type { MemberStanding, MemberSwarmView, MemberView, NetworkView } from '../network-face.ts'
import { VERSION } from '../version.ts'

const STANDING: Record<Member['state'], MemberStanding> = {
  alive: 'alive',
  suspected: 'suspect',
  gone: 'gone',
  left: 'gone',
}
const REASON: Record<Member['state'], string> = {
  alive: 'heard of, and nobody misses it',
  suspected: 'a member can not reach it; if it does not speak up within 5 s it is taken for gone',
  gone: 'it went without a word: nobody can reach it',
  left: 'it left, and said so',
}

export function viewNetwork(network: Network, peerPort: number, startedAt: Date, now: number): NetworkView {
  const { membership, own, apiPort } = network
  const addresses = own.addresses(now)
  const members = { alive: 0, suspect: 0, gone: 0 }
  for (const { state } of shown(membership.members())) members[STANDING[state]]++
  const hosts = addresses.map((host) => addressKey({ host, port: peerPort }))
  return {
    memberId: membership.id,
    name: own.name,
    version: VERSION,
    startedAt: startedAt.toISOString(),
    addresses,
    peerPort,
    apiPort,
    trackers: [...hosts.map((host) => `http://${host}/announce`), ...hosts.map((host) => `udp://${host}`)],
    members,
    linked: membership.linked,
  }
}

/** @param wallNow ms since the epoch, at monotonic `now` */
export function viewMembers(
  network: Network,
  nameOf: (infoHash: InfoHash) => string | null,
  now: number,
  wallNow: number,
): MemberView[] {
  const { membership } = network
  const at = (time: number): string => new Date(wallNow - Math.max(0, now - time)).toISOString()
  return shown(membership.members()).map(({ id, record, state, heardAt, since, isLinked }): MemberView => {
    return {
      memberId: id,
      name: record.name,
      state: STANDING[state],
      stateReason: id === membership.id ? 'this is the peer you ask' : REASON[state],
      hasLeft: state === 'left',
      isSelf: id === membership.id,
      isLinked,
      addresses: record.addresses,
      peerPort: record.peerPort,
      apiPort: record.apiPort,
      version: record.version,
      lastHeardAt: at(heardAt),
      stateSince: at(since),
      swarms: record.swarms.map((swarm) => viewSwarm(swarm, nameOf)),
      swarmsOmitted: record.swarmsOmitted,
    }
  })
}

function viewSwarm(swarm: MemberSwarm, nameOf: (infoHash: InfoHash) => string | null): MemberSwarmView {
  const isStuck = swarm.status !== 'seeder' && (swarm.state === 'stalled' || swarm.state === 'error')
  return { ...swarm, name: nameOf(swarm.infoHash), isStuck }
}

/** Of some who are gone nothing is known but that. */
function shown(members: readonly Member[]): (Member & { readonly record: NonNullable<Member['record']> })[] {
  return members.flatMap((member) => (member.record ? [{ ...member, record: member.record }] : []))
}
