/**
 * Machines and the wires between them. Every machine has one uplink and one downlink with a rate: the uplink sends one
 * frame at a time, round robin over the machine's connections; the downlink takes frames in the order they come.
 * Inside a connection nothing is ever lost or overtaken, as with TCP. Three events a block, whatever the swarm's size.
 */
import {
  addressKey,
  type BlockRange,
  type PeerAddress,
  type PeerId,
  type PeerMessage,
} from '../../src/protocol/index.ts'
import type { SimClock } from './sim-clock.ts'

export interface LinkSpeed {
  /** Bytes per second. */
  readonly up: number
  readonly down: number
  /** One way, in ms, to the middle of the network. */
  readonly latency: number
}

/** Whoever takes what comes out of one end of a connection. */
export interface EndSink {
  messages(messages: readonly PeerMessage[]): void
  /** @returns where the block's bytes are to go, or null. */
  blockBegins(block: BlockRange): Uint8Array | null
  blockArrives(block: BlockRange, taken: boolean): void
  /** The far end closed. */
  closed(): void
}

/** What a handshake says. */
export interface Greeting {
  readonly peerId: PeerId
  readonly fast: boolean
}

export interface Frame {
  readonly bytes: number
  /** At the receiver: the first byte is here. */
  readonly begins?: (sink: EndSink) => void
  /** At the receiver: the last byte is here. */
  readonly arrives: (sink: EndSink) => void
  /** At the sender: it has left. */
  readonly sent?: () => void
}

/** One end of a connection. */
export class SimEnd {
  readonly machine: SimMachine
  readonly remote: PeerAddress
  readonly outbound: boolean
  readonly frames: Frame[] = []
  far!: SimEnd
  open = true
  /** When the last byte of what was sent so far is at the far end. */
  lastArrival = 0
  sink: EndSink | null = null

  constructor(machine: SimMachine, remote: PeerAddress, outbound: boolean) {
    this.machine = machine
    this.remote = remote
    this.outbound = outbound
  }

  send(frame: Frame): void {
    if (!this.open) return
    this.frames.push(frame)
    if (this.frames.length === 1) this.machine.waiting.push(this)
    this.machine.network.transmit(this.machine)
  }

  /** What still waits is lost; what is on its way arrives; then the far end hears of it. */
  close(): void {
    if (!this.open) return
    this.open = false
    this.frames.length = 0
    const { network } = this.machine
    network.clock.at(
      Math.max(this.lastArrival, network.clock.now + network.latency(this.machine, this.far.machine)),
      () => {
        if (!this.far.open) return
        this.far.open = false
        this.far.frames.length = 0
        if (!this.far.machine.frozen) this.far.sink?.closed()
      },
    )
  }
}

export class SimMachine {
  readonly network: SimNetwork
  readonly address: PeerAddress
  readonly speed: LinkSpeed
  /** Who takes connections made to the machine's address; null: nobody listens. */
  listener: { readonly greeting: Greeting; accept(end: SimEnd, theirs: Greeting): void } | null = null
  /** Ends with frames to send, in turn. */
  readonly waiting: SimEnd[] = []
  /** It neither sends nor takes anything any more, though its connections stay up. */
  frozen = false
  /** Until then it neither sends nor takes anything; nothing is lost by it. */
  pausedUntil = 0
  uplinkBusy = false
  downlinkFree = 0
  #lastPort = 50_000

  constructor(network: SimNetwork, address: PeerAddress, speed: LinkSpeed) {
    this.network = network
    this.address = address
    this.speed = speed
  }

  nextPort(): PeerAddress {
    return { host: this.address.host, port: ++this.#lastPort }
  }
}

export class SimNetwork {
  readonly clock: SimClock
  readonly #machines = new Map<string, SimMachine>()
  readonly #random: () => number

  constructor(clock: SimClock, random: () => number) {
    this.clock = clock
    this.#random = random
  }

  add(address: PeerAddress, speed: LinkSpeed): SimMachine {
    const machine = new SimMachine(this, address, speed)
    this.#machines.set(addressKey(address), machine)
    return machine
  }

  /** One way, in ms; it varies by a tenth. */
  latency(from: SimMachine, to: SimMachine): number {
    return (from.speed.latency + to.speed.latency) * (0.95 + 0.1 * this.#random())
  }

  /** TCP's and our own handshake: one and a half round trips until the listener knows the dialler, half a one more back. */
  dial(
    from: SimMachine,
    ours: Greeting,
    address: PeerAddress,
    answer: (made: { end: SimEnd; theirs: Greeting } | null) => void,
  ): void {
    const to = this.#machines.get(addressKey(address))
    const oneWay = to ? this.latency(from, to) : 1
    if (!to || to === from) {
      this.clock.after(2 * oneWay, () => answer(null))
      return
    }
    this.clock.after(3 * oneWay, () => {
      const { listener } = to
      if (!listener || to.frozen || from.frozen) return answer(null)
      const dialled = new SimEnd(from, address, true)
      const accepted = new SimEnd(to, from.nextPort(), false)
      dialled.far = accepted
      accepted.far = dialled
      accepted.lastArrival = this.clock.now + oneWay
      this.clock.after(oneWay, () => {
        answer(from.frozen ? null : { end: dialled, theirs: listener.greeting })
      })
      listener.accept(accepted, ours)
    })
  }

  /** Puts the machine's next frame on its uplink, if that is free. */
  transmit(machine: SimMachine): void {
    if (machine.uplinkBusy || machine.frozen) return
    if (machine.pausedUntil > this.clock.now) {
      machine.uplinkBusy = true
      this.clock.at(machine.pausedUntil, () => {
        machine.uplinkBusy = false
        this.transmit(machine)
      })
      return
    }
    const end = machine.waiting.shift()
    if (!end) return
    const frame = end.frames.shift()
    if (!frame) return this.transmit(machine)
    if (end.frames.length > 0) machine.waiting.push(end)
    const to = end.far.machine
    const { now } = this.clock
    const latency = this.latency(machine, to)
    const leaves = now + ms(frame.bytes, machine.speed.up)
    const begins = Math.max(end.lastArrival, now + latency)
    const arrives = Math.max(leaves + latency, to.downlinkFree + ms(frame.bytes, to.speed.down), begins)
    to.downlinkFree = arrives
    end.lastArrival = arrives
    machine.uplinkBusy = true
    this.clock.at(leaves, () => {
      machine.uplinkBusy = false
      if (machine.frozen) return
      if (end.open) frame.sent?.()
      this.transmit(machine)
    })
    const reach = (deliver: (sink: EndSink) => void): void => {
      if (to.pausedUntil > this.clock.now) return this.clock.at(to.pausedUntil, () => reach(deliver))
      const { sink, open } = end.far
      if (sink && open && !to.frozen && !machine.frozen) deliver(sink)
    }
    const { begins: deliverFirst } = frame
    if (deliverFirst) this.clock.at(begins, () => reach(deliverFirst))
    this.clock.at(arrives, () => reach(frame.arrives))
  }
}

const ms = (bytes: number, rate: number): number => (bytes * 1000) / rate
