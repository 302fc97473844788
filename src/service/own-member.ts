/** What we tell the other members of ourselves. */
import os from 'node:os'
import {
  MAX_MEMBER_ADDRESSES,
  canonicalIp,
  type MemberRecord,
  type MemberSwarm,
  type PeerId,
} from '../protocol/index.ts'
import type { SwarmView } from './face.ts'
import { CLIENT } from './version.ts'

const ANY_ADDRESS: ReadonlySet<string | undefined> = new Set([undefined, '0.0.0.0', '::'])
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
      const { host } = this.#options
      this.#addresses = host === undefined || ANY_ADDRESS.has(host) ? machineAddresses() : [canonicalIp(host) ?? host]
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

/** IPv4 first; link-local IPv6 means nothing off its link. Without a network there is only the machine itself. */
function machineAddresses(): string[] {
  const outside = Object.values(os.networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal }) => !internal)
    .flatMap(({ address }) => canonicalIp(address) ?? [])
    .filter((address) => !address.startsWith('fe80:'))
  const sorted = [...new Set(outside)].sort((a, b) => Number(a.includes(':')) - Number(b.includes(':')))
  return sorted.length === 0 ? ['127.0.0.1'] : sorted.slice(0, MAX_MEMBER_ADDRESSES)
}
