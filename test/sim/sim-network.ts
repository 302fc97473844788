/**
 * Machines and the wires between them, in virtual time: store and forward, a block at a time.
 *
 * - Every machine has one uplink and one downlink. The uplink sends one frame at a time and takes its connections in turn,
 *   so that those with something to send share it equally, to within one block. The downlink takes frames in the order
 *   in which they come.
 * - A connection has a window, as TCP has: what fills its path, and `WINDOW_BYTES` more. A sender whose far end is slow
 *   thus gives its uplink to its other connections, and no queue grows without end.
 * - Inside a connection nothing is lost or overtaken. A loss shows as delay: one round trip more for its frame and for
 *   all that follow. Jitter is a delay too.
 * - A short message on a connection with nothing in its queue slips between the packets of the others: its bytes count, but it
 *   waits for no block. One on a busy connection waits behind its blocks, which is what really happens in a socket.
 *
 * Why not a fluid model: there every start and end of a flow changes the rates of all that share a link with it, which for
 * the short flows of a swarm costs more than two or three events a block, whatever the swarm's size.
 * What is left out: TCP's slow start, headers below the peer wire, and the middle of the network, which never is the bottleneck.
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
  /** At most so many ms more, for each frame anew. */
  readonly jitter?: number
  /** Share of the frames sent that come one round trip later. */
  readonly loss?: number
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
  /** At the sender: it has left. A frame without is a short message. */
  readonly sent?: () => void
}

/** Bytes under way on a connection, beyond those that fill its path: four blocks. */
const WINDOW_BYTES = 4 * 16_384

/** One end of a connection. */
export class SimEnd {
  readonly machine: SimMachine
  readonly remote: PeerAddress
  readonly outbound: boolean
  /** What waits for the uplink. */
  readonly frames: Frame[] = []
  far!: SimEnd
  open = true
  /** When the last byte of what was sent so far is at the far end's downlink. */
  lastReach = 0
  /** It waits for the far end to take what is under way, and is not among those in turn. */
  parked = false
  sink: EndSink | null = null
  /** Frames under way whose beginning matters, in order. */
  readonly begun: Frame[] = []
  readonly due = new Set<Frame>()
  #underWay = 0
  #window = 0
  /** What the far end took: we hear of it then. */
  readonly #confirmed: { readonly at: number; readonly bytes: number }[] = []

  constructor(machine: SimMachine, remote: PeerAddress, outbound: boolean) {
    this.machine = machine
    this.remote = remote
    this.outbound = outbound
  }

  send(frame: Frame): void {
    if (!this.open) return
    const { machine } = this
    if (!frame.sent && this.frames.length === 0 && machine.isAwake) return machine.network.slip(this, frame)
    this.frames.push(frame)
    if (this.frames.length === 1) machine.waiting.push(this)
    machine.network.transmit(machine)
  }

  /** What still waits is lost; what is on its way arrives; then the far end hears of it. */
  close(): void {
    if (!this.open) return
    this.open = false
    this.frames.length = 0
    const { far, machine } = this
    const { clock } = machine.network
    clock.at(Math.max(this.lastReach, clock.now + machine.network.latency(machine, far.machine)), () =>
      clock.at(far.machine.downlinkFree, () => {
        if (!far.open) return
        far.open = false
        far.frames.length = 0
        if (!far.machine.frozen) far.sink?.closed()
      }),
    )
  }

  left(bytes: number): void {
    this.#underWay += bytes
  }

  confirmed(bytes: number, at: number): void {
    this.#hear(this.machine.network.clock.now)
    this.#confirmed.push({ at, bytes })
  }

  windowIsOpen(now: number): boolean {
    if (this.#window === 0) {
      const to = this.far.machine.speed
      const { up, latency } = this.machine.speed
      this.#window = WINDOW_BYTES + (Math.min(up, to.down) * 2.2 * (latency + to.latency)) / 1000
    }
    this.#hear(now)
    return this.#underWay < this.#window
  }

  #hear(now: number): void {
    let heard = 0
    for (const { at, bytes } of this.#confirmed) {
      if (at > now) break
      this.#underWay -= bytes
      heard++
    }
    if (heard > 0) this.#confirmed.splice(0, heard)
  }

  /** When the next confirmation is here, or null while none is on its way. */
  get nextConfirmation(): number | null {
    return this.#confirmed[0]?.at ?? null
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
  /** When what was sent so far has left. */
  uplinkFree = 0
  /** When what came so far is taken. */
  downlinkFree = 0
  /** Bytes that left, and that were taken; messages too. */
  bytesUp = 0
  bytesDown = 0
  #lastPort = 50_000

  constructor(network: SimNetwork, address: PeerAddress, speed: LinkSpeed) {
    this.network = network
    this.address = address
    this.speed = speed
  }

  get isAwake(): boolean {
    return !this.frozen && this.pausedUntil <= this.network.clock.now
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

  /** One way, in ms; it varies by a tenth, and by the jitter. */
  latency(from: SimMachine, to: SimMachine): number {
    const jitter = (from.speed.jitter ?? 0) + (to.speed.jitter ?? 0)
    const way = (from.speed.latency + to.speed.latency) * (0.95 + 0.1 * this.#random())
    return jitter > 0 ? way + jitter * this.#random() : way
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
      accepted.lastReach = this.clock.now + oneWay
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
    const end = this.#nextInTurn(machine)
    const frame = end?.frames.shift()
    if (!end || !frame) return
    if (end.frames.length > 0) machine.waiting.push(end)
    const starts = Math.max(this.clock.now, machine.uplinkFree)
    const leaves = starts + ms(frame.bytes, machine.speed.up)
    machine.uplinkFree = leaves
    machine.uplinkBusy = true
    this.#send(end, frame, starts, leaves)
    this.clock.at(leaves, () => {
      machine.uplinkBusy = false
      if (machine.frozen) return
      machine.bytesUp += frame.bytes
      if (end.open) frame.sent?.()
      this.transmit(machine)
    })
  }

  /** A short message goes between the packets of other connections. */
  slip(end: SimEnd, frame: Frame): void {
    const { machine } = end
    const { now } = this.clock
    const takes = ms(frame.bytes, machine.speed.up)
    machine.uplinkFree = Math.max(now, machine.uplinkFree) + takes
    machine.bytesUp += frame.bytes
    this.#send(end, frame, now, now + takes)
  }

  #nextInTurn(machine: SimMachine): SimEnd | null {
    for (;;) {
      const end = machine.waiting.shift()
      if (!end) return null
      if (end.frames.length === 0) continue
      if (end.windowIsOpen(this.clock.now)) return end
      end.parked = true
      const heard = end.nextConfirmation
      if (heard !== null) this.#unparkAt(end, heard)
    }
  }

  #unparkAt(end: SimEnd, time: number): void {
    this.clock.at(time, () => {
      if (!end.parked) return
      end.parked = false
      if (end.frames.length === 0) return
      end.machine.waiting.push(end)
      this.transmit(end.machine)
    })
  }

  #send(end: SimEnd, frame: Frame, starts: number, leaves: number): void {
    const { machine } = end
    const to = end.far.machine
    const latency = this.latency(machine, to)
    const lost = machine.speed.loss !== undefined && this.#random() < machine.speed.loss
    const late = lost ? 2 * (machine.speed.latency + to.speed.latency) : 0
    const before = end.lastReach
    const reach = Math.max(leaves + latency + late, before)
    end.lastReach = reach
    end.left(frame.bytes)
    if (frame.begins) {
      end.begun.push(frame)
      this.clock.at(Math.max(before, starts + latency), () => {
        end.due.add(frame)
        this.#begin(end)
      })
    }
    const fills = reach - ms(frame.bytes, machine.speed.up)
    this.clock.at(reach, () => {
      // The last byte is here; if others were before it, the downlink is still busy with those.
      const taken = Math.max(to.downlinkFree, fills) + ms(frame.bytes, to.speed.down)
      to.downlinkFree = Math.max(this.clock.now, taken)
      if (taken <= this.clock.now) this.#deliver(end, frame)
      else this.clock.at(taken, () => this.#deliver(end, frame))
    })
  }

  /** The first byte of the frame that is next at the receiver. */
  #begin(end: SimEnd): void {
    const frame = end.begun[0]
    if (!frame?.begins || !end.due.has(frame)) return
    const { far } = end
    if (far.machine.pausedUntil > this.clock.now) {
      this.clock.at(far.machine.pausedUntil, () => this.#begin(end))
      return
    }
    end.due.delete(frame)
    if (far.sink && far.open && !far.machine.frozen && !end.machine.frozen) frame.begins(far.sink)
  }

  #deliver(end: SimEnd, frame: Frame): void {
    const { far, machine } = end
    const to = far.machine
    if (to.pausedUntil > this.clock.now) {
      this.clock.at(to.pausedUntil, () => this.#deliver(end, frame))
      return
    }
    // A machine that is gone confirms nothing.
    if (to.frozen || machine.frozen) return
    to.bytesDown += frame.bytes
    const heard = this.clock.now + machine.speed.latency + to.speed.latency
    end.confirmed(frame.bytes, heard)
    if (end.parked) this.#unparkAt(end, heard)
    const { sink } = far
    if (frame.begins) {
      if (end.due.has(frame)) this.#begin(end)
      end.begun.shift()
    }
    if (sink && far.open) frame.arrives(sink)
    this.#begin(end)
  }
}

const ms = (bytes: number, rate: number): number => (bytes * 1000) / rate
