import type { LookupAddress } from 'node:dns'
import { lookup as systemLookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { addressScope, leadsInward } from './address-scope.ts'
import type { AddressScope } from './address-scope.ts'
import { TrackerClientError } from './tracker-client-error.ts'

export interface AddressRules {
  /** May say no to addresses that the rules of this file permit. */
  readonly allow?: (ip: string) => boolean
  /** All addresses of a name; the system's resolver if left out. */
  readonly resolve?: (hostname: string) => Promise<readonly LookupAddress[]>
}

export type Addresses = readonly [LookupAddress, ...LookupAddress[]]

/**
 * The path of a tracker on this very machine: `/announce`, `/announce.php`, `/announce/KEY`. Nothing that another program
 * could read as a path of its own: no escapes.
 */
const LOOPBACK_PATH = /^\/announce(?:[./][\w./-]*)?$/

/**
 * Where a request for a tracker may go. Judged are the addresses that the host turns out to have, never its name: link-local,
 * multicast and the like never; loopback only for a path that is a tracker's; none that is nearer than `from`.
 *
 * @param host name or IP address, an IPv6 address without brackets.
 * @param from where a redirect to this came from; `never` when it is no redirect.
 * @throws TrackerClientError `address-denied`; the resolver's own error.
 */
export async function permittedAddresses(
  host: string,
  path: string,
  from: AddressScope,
  { allow, resolve = resolveBySystem }: AddressRules,
): Promise<Addresses> {
  const isPermitted = ({ address }: LookupAddress): boolean => {
    const scope = addressScope(address)
    if (scope === 'never' || leadsInward(from, scope)) return false
    if (scope === 'loopback' && !LOOPBACK_PATH.test(path)) return false
    return allow === undefined || allow(address)
  }
  const family = isIP(host)
  const addresses = family === 0 ? await resolve(host) : [{ address: host, family }]
  const [first, ...others] = addresses.filter(isPermitted)
  if (first === undefined) throw new TrackerClientError('address-denied', `a tracker may not be at ${host}`)
  return [first, ...others]
}

function resolveBySystem(hostname: string): Promise<readonly LookupAddress[]> {
  return systemLookup(hostname, { all: true })
}
