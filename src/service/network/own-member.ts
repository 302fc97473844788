/** What we tell the other members of ourselves. */
import os from 'node:os'
import { ownInterfaces, type OwnInterfaces } from '../../io/index.ts'
import {
  MAX_MEMBER_ADDRESSES,
  canonicalIp,
  type MemberRecord,
  type MemberSwarm,
  type PeerId,
} from '../../protocol/index.ts'
import type { SwarmView } from '../face.ts'
import { CLIENT } from '../version.ts'

/** The system is asked for its addresses so often. */
const LOOK_MS = 5_000

export interface OwnMemberOptions {
  /** Where the peer port listens; all addresses if left out. */
  readonly host?: string
  readonly peerId: PeerId
  peerPort(): number
  readonly apiPort: number
}

export class OwnMember {
  readonly #options: OwnMemberOptions
  readonly #name = os.hostname()
  #addresses: readonly string[] = []
  #lookedAt = -Infinity
  #shape = ''

  constructor(options: OwnMemberOptions) {
    this.#options = options
  }

  get name(): string {
    return this.#name
  }

  /** At which others reach us. */
  addresses(now: number): readonly string[] {
    if (now - this.#lookedAt >= LOOK_MS) {
      this.#lookedAt = now
      this.#addresses = listenAddresses(this.#options.host, ownInterfaces())
    }
    return this.#addresses
  }

  /** @returns the record of this moment, and whether more than numbers changed since the last one */
  describe(swarms: readonly SwarmView[], now: number): { readonly record: MemberRecord; readonly isUrgent: boolean } {
    const { peerId, apiPort } = this.#options
    const told = swarms.filter(isTold).sort((a, b) => Number(isDone(a)) - Number(isDone(b)) || newest(a, b))
    const record: MemberRecord = {
      addresses: this.addresses(now),
      peerPort: this.#options.peerPort(),
      peerId,
      apiPort,
      name: this.#name,
      version: CLIENT,
      swarms: told.map(memberSwarm),
      swarmsOmitted: 0,
    }
    const shape = JSON.stringify([
      record.addresses,
      told.map(({ infoHash, status, state }) => [infoHash, status, state]),
    ])
    const isUrgent = shape !== this.#shape
    this.#shape = shape
    return { record, isUrgent }
  }
}

/** Who is in a private swarm is for its trackers alone to say (BEP 27). */
const isTold = ({ isPrivate, state }: SwarmView): boolean => !isPrivate && state !== 'stopped'
const isDone = ({ status }: SwarmView): boolean => status === 'seeder'
const newest = (a: SwarmView, b: SwarmView): number => (a.addedAt < b.addedAt ? 1 : a.addedAt > b.addedAt ? -1 : 0)

function memberSwarm(swarm: SwarmView): MemberSwarm {
  const { infoHash, status, state, progress, downloadRate, uploadRate, etaSeconds } = swarm
  return { infoHash, status, state, progress, downloadRate, uploadRate, etaSeconds }
}

/**
 * Where a port that listens at `host` (all addresses if left out) is reached, IPv4 first: a socket at `0.0.0.0` does not take
 * IPv6, one at `::` takes both. Link-local IPv6 means nothing off its link. Without a network there is only the machine itself.
 */
export function listenAddresses(host: string | undefined, interfaces: OwnInterfaces): string[] {
  if (host !== undefined && host !== '0.0.0.0' && host !== '::') return [canonicalIp(host) ?? host]
  const outside = Object.values(interfaces)
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal }) => !internal)
    .flatMap(({ address }) => canonicalIp(address) ?? [])
  const ipv4 = outside.filter((address) => !address.includes(':'))
  const ipv6 = outside.filter((address) => address.includes(':') && !address.startsWith('fe80:'))
  const reached = new Set(host === '0.0.0.0' ? ipv4 : [...ipv4, ...ipv6])
  return reached.size === 0 ? ['127.0.0.1'] : [...reached].slice(0, MAX_MEMBER_ADDRESSES)
}
