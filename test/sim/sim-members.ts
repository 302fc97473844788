/**
 * A network of members in virtual time: real membership engines, links with latency, machines that leave, are killed or
 * lose their power. Messages are handed over as they are; their size is what they would be on the wire.
 */
import {
  decodeMemberRecord,
  decodeMembersMessage,
  encodeMembersMessage,
  infoHashFromBytes,
  memberIdFromBytes,
  peerIdFromBytes,
  type MemberId,
  type MemberRecord,
  type MembersMessage,
  type PeerAddress,
} from '../../src/protocol/index.ts'
import { Membership, type MembershipEffect, type MembershipEvent } from '../../src/network/index.ts'
import assert from 'node:assert/strict'
import { seededRandom } from '../support/seeded-random.ts'
import type { SimClock } from './sim-clock.ts'

/** Length prefix, message id, extension id: what an extended message has around its payload. */
const FRAME_BYTES = 6
const CONNECT_TIMEOUT_MS = 3_000
/** One message in so many is really encoded and decoded, to hold the sizes and values to the truth. */
const ENCODED_ONE_IN = 500

interface SimLink {
  readonly key: string
  readonly other: SimMember
  readonly otherKey: string
  readonly latency: number
  closed: boolean
}

export class SimMembers {
  readonly clock: SimClock
  readonly random: () => number
  readonly members: SimMember[] = []
  /** Whether two machines reach each other. */
  reaches: (a: SimMember, b: SimMember) => boolean = () => true
  messages = 0
  readonly #records = new WeakMap<Buffer, MemberRecord>()

  constructor(clock: SimClock, seed: number) {
    this.clock = clock
    this.random = seededRandom(seed)
  }

  get alive(): SimMember[] {
    return this.members.filter((member) => member.power === 'on')
  }

  join(seeds: readonly SimMember[], swarms = 1): SimMember {
    const member = new SimMember(this, this.members.length, seeds, swarms)
    this.members.push(member)
    return member
  }

  at(address: PeerAddress): SimMember | undefined {
    return this.members[hostNumber(address.host)]
  }

  /** Whole records are decoded once for all members of the simulation. */
  decode(body: Buffer): MemberRecord {
    let record = this.#records.get(body)
    if (!record) this.#records.set(body, (record = decodeMemberRecord(body)))
    return record
  }

  latency(): number {
    return 1 + 9 * this.random()
  }

  /** Bytes on the wire. */
  size(message: MembersMessage): number {
    const length = messageLength(message)
    if (this.messages++ % ENCODED_ONE_IN === 0) {
      const bytes = encodeMembersMessage(message)
      assert.equal(length, bytes.length)
      assert.deepEqual(decodeMembersMessage(bytes), message)
    }
    return length + FRAME_BYTES
  }
}

export class SimMember {
  readonly network: SimMembers
  readonly number: number
  readonly id: MemberId
  readonly engine: Membership
  readonly joinedAt: number
  /** `off`: the process is gone, its machine answers for it. `dark`: the machine is gone, and nothing answers. */
  power: 'on' | 'off' | 'dark' = 'on'
  endedAt = Infinity
  bytesSent = 0
  bytesReceived = 0
  readonly #links = new Map<string, SimLink>()
  #lastLink = 0
  #wakeAt = Infinity
  #progress: number
  readonly #swarms: number

  constructor(network: SimMembers, number: number, seeds: readonly SimMember[], swarms: number) {
    this.network = network
    this.number = number
    this.#swarms = swarms
    this.#progress = swarms === 0 ? 1 : 0
    this.joinedAt = network.clock.now
    const { random } = network
    this.id = memberIdFromBytes(Buffer.from(Array.from({ length: 16 }, () => Math.floor(256 * random()))))
    this.engine = new Membership({
      id: this.id,
      incarnation: 1_700_000_000_000 + network.clock.now,
      random,
      decode: (body) => network.decode(body),
    })
    this.tell(true)
    for (const seed of seeds) this.handle({ type: 'seed', address: seed.address })
    this.handle({ type: 'tick' })
  }

  get address(): PeerAddress {
    return { host: hostText(this.number), port: 5000 }
  }

  get links(): number {
    return this.#links.size
  }

  /** Whether it takes the other for alive, or only suspects it. */
  holds(other: SimMember): boolean {
    const state = this.engine.stateOf(other.id)
    return state === 'alive' || state === 'suspected'
  }

  /** A little more is fetched. */
  advance(by: number): void {
    if (this.power !== 'on' || this.#progress >= 1) return
    this.#progress = Math.min(1, this.#progress + by)
    this.tell(this.#progress >= 1)
  }

  tell(isUrgent: boolean): void {
    this.handle({ type: 'own', record: this.#record(), isUrgent })
  }

  handle(event: MembershipEvent): void {
    if (this.power !== 'on') return
    this.engine.handle(event, this.network.clock.now)
    for (const effect of this.engine.drain()) this.#perform(effect)
    this.#sleep()
  }

  leave(): void {
    this.handle({ type: 'leave' })
    this.kill()
  }

  /** The process ends; the machine closes its connections. */
  kill(): void {
    for (const link of this.#links.values()) this.#hangUp(link)
    this.#end('off')
  }

  /** Nobody hears anything. */
  cutPower(): void {
    this.#end('dark')
  }

  #end(power: 'off' | 'dark'): void {
    this.power = power
    this.endedAt = this.network.clock.now
  }

  #record(): MemberRecord {
    const swarms = Array.from({ length: this.#swarms }, (_, at) => ({
      infoHash: infoHashFromBytes(Buffer.alloc(20, at + 1)),
      status: this.#progress >= 1 ? ('seeder' as const) : ('peer' as const),
      state: 'downloading' as const,
      progress: Math.floor(this.#progress * 65_535) / 65_535,
      downloadRate: 1_000_000,
      uploadRate: 1_000_000,
      etaSeconds: 60,
    }))
    return {
      addresses: [this.address.host],
      peerPort: 5000,
      peerId: peerIdFromBytes(Buffer.from(`-SW0100-${this.number}`.padEnd(20, '-'))),
      apiPort: 5080,
      name: `lab-${this.number}`,
      version: 'swarmd 0.1.0',
      swarms,
      swarmsOmitted: 0,
    }
  }

  #sleep(): void {
    const { clock } = this.network
    const due = Math.max(clock.now, this.engine.dueAt)
    if (due >= this.#wakeAt) return
    this.#wakeAt = due
    clock.at(due, () => {
      if (this.#wakeAt !== due) return
      this.#wakeAt = Infinity
      this.handle({ type: 'tick' })
    })
  }

  #perform(effect: MembershipEffect): void {
    switch (effect.type) {
      case 'send': {
        const link = this.#links.get(effect.link)
        if (link) this.#send(link, effect.message)
        return
      }
      case 'close': {
        const link = this.#links.get(effect.link)
        if (link) this.#hangUp(link)
        return
      }
      case 'dial':
        return this.#dial(effect.dial, effect.addresses)
      case 'changed':
      case 'clash':
    }
  }

  #send(link: SimLink, message: MembersMessage): void {
    const bytes = this.network.size(message)
    this.bytesSent += bytes
    this.network.clock.after(link.latency, () => {
      if (link.closed || link.other.power !== 'on' || !this.network.reaches(this, link.other)) return
      link.other.bytesReceived += bytes
      link.other.handle({ type: 'message', link: link.otherKey, message, bytes })
    })
  }

  #hangUp(link: SimLink): void {
    this.#links.delete(link.key)
    this.network.clock.after(link.latency, () => {
      if (!this.network.reaches(this, link.other)) return
      link.other.#hungUp(link.otherKey)
    })
  }

  #hungUp(key: string): void {
    const link = this.#links.get(key)
    if (!link) return
    link.closed = true
    this.#links.delete(key)
    this.handle({ type: 'link-closed', link: key })
  }

  #dial(dial: number, [address, ...others]: readonly PeerAddress[]): void {
    const { network } = this
    const other = address && network.at(address)
    const latency = network.latency()
    const failed = (): void => {
      if (others.length > 0) this.#dial(dial, others)
      else this.handle({ type: 'dial-failed', dial, isOurFault: false })
    }
    if (!other || other.power === 'dark' || !network.reaches(this, other)) {
      network.clock.after(CONNECT_TIMEOUT_MS, failed)
      return
    }
    network.clock.after(2 * latency, () => {
      if (this.power !== 'on') return
      if (other.power !== 'on') return failed()
      this.#connect(other, dial, latency)
    })
  }

  #connect(other: SimMember, dial: number, latency: number): void {
    const ours = `${++this.#lastLink}`
    const theirs = `${++other.#lastLink}`
    this.#links.set(ours, { key: ours, other, otherKey: theirs, latency, closed: false })
    other.#links.set(theirs, { key: theirs, other: this, otherKey: ours, latency, closed: false })
    other.handle({ type: 'link-opened', link: theirs, host: this.address.host, outbound: false, isOwn: true })
    this.handle({ type: 'link-opened', link: ours, host: other.address.host, outbound: true, isOwn: true, dial })
  }
}

const hostText = (number: number): string => `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`
const hostNumber = (host: string): number => {
  const [, a = 0, b = 0, c = 0] = host.split('.').map(Number)
  return (a << 16) | (b << 8) | c
}

const number = (value: number): number => 2 + String(value).length
const bytes = (length: number): number => String(length).length + 1 + length

/** Bytes of the message's bencoding, told without writing it. */
function messageLength(message: MembersMessage): number {
  const { sender, wanted, digest, contents, verdicts, buckets, keys, pulls } = message
  let length = 2
  if (sender !== undefined) length += 3 + bytes(16)
  if (wanted !== undefined) length += 3 + number(1)
  if (digest !== undefined) length += 3 + number(digest)
  if (contents !== undefined) {
    length += 5
    for (const { incarnation, body } of contents) length += bytes(16) + number(incarnation) + bytes(body.length)
  }
  if (verdicts !== undefined) length += 3 + bytes(25 * verdicts.length)
  if (buckets !== undefined) length += 3 + bytes(4 * buckets.length)
  if (keys !== undefined) length += 6 + bytes(37 * keys.entries.length) + bytes(keys.buckets.length)
  if (pulls !== undefined) length += 3 + bytes(16 * pulls.length)
  return length
}
