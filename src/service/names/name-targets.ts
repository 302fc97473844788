/** Who can be asked for a file by its name. */
import { resolveHost } from '../../io/index.ts'
import { reachableAddresses, type NameTarget } from '../../network/index.ts'
import { addressKey, commonPrefixBits, type PeerAddress } from '../../protocol/index.ts'
import type { Network } from '../network/network.ts'

/** Below it live the services of machines, not peers: nobody's record makes us knock there. */
const FIRST_PORT = 1024

/**
 * The members that are there: those that are in some swarm first, as the others have nothing to name; then the nearest.
 */
export function memberTargets({ membership, own }: Network, now: number): NameTarget[] {
  const ownAddresses = own.addresses(now)
  const targets = membership.members().flatMap(({ id, state, record }) => {
    if (id === membership.id || record === null || (state !== 'alive' && state !== 'suspected')) return []
    const addresses = reachableAddresses(record, ownAddresses).filter(({ port }) => port >= FIRST_PORT)
    const host = addresses[0]?.host
    if (host === undefined) return []
    const near = Math.max(0, ...ownAddresses.map((address) => commonPrefixBits(address, host)))
    const isIdle = record.swarms.length + record.swarmsOmitted === 0
    return [{ target: { key: id, addresses }, rank: isIdle ? near - ALL_BITS : near }]
  })
  return targets.sort((one, other) => other.rank - one.rank).map(({ target }) => target)
}

const ALL_BITS = 1_000

/** Those that the user named, as far as their names are known; not this peer itself, which stands in a list that all machines have. */
export async function seedTargets(
  seeds: readonly PeerAddress[],
  isOwn: (address: PeerAddress) => boolean,
): Promise<NameTarget[]> {
  const resolved = await Promise.all(
    seeds.map(async ({ host, port }) => (await resolveHost(host)).map((address) => ({ host: address, port }))),
  )
  return resolved.flatMap((addresses) => {
    const [first] = addresses
    return first && !addresses.some(isOwn) ? [{ key: addressKey(first), addresses }] : []
  })
}
