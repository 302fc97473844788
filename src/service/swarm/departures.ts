/**
 * When bytes of blocks have left, for the engine that is to know. Usually they have left when the system took them, which is
 * told at once. While an engine divides a slow uplink that is not good enough: what the system holds is out of its hands,
 * and leaves in an order that TCP decides. Then bytes count as gone only when the far end has confirmed them.
 */
import { readSendQueues, type PeerConnection, type SendQueues } from '../../io/index.ts'
import type { PeerKey } from '../../swarm/index.ts'

/** A fraction of what an engine lets be under way. */
const LOOK_EVERY_MS = 200

export interface DeparturesOptions {
  /** Whether the engine divides its uplink now. */
  dividesUplink(): boolean
  connection(peer: PeerKey): PeerConnection | undefined
  /** So many bytes have left, the first of them at `begunAt`, by `monotonicNow`. */
  left(peer: PeerKey, bytes: number, begunAt: number): void
  /** What the system holds of each connection; null where it doesn't tell. */
  readonly read?: () => Promise<SendQueues | null>
}

interface Held {
  readonly bytes: number
  readonly begunAt: number
}

export class Departures {
  readonly #options: DeparturesOptions
  /** Bytes that the system took, and that were not told of. */
  readonly #held = new Map<PeerKey, Held>()
  #timer: NodeJS.Timeout | null = null

  constructor(options: DeparturesOptions) {
    this.#options = options
  }

  /** The system took bytes, the first of them at `begunAt`. */
  taken(peer: PeerKey, bytes: number, begunAt: number): void {
    if (this.#held.size === 0 && !this.#options.dividesUplink()) return this.#options.left(peer, bytes, begunAt)
    this.#hold(peer, bytes, begunAt)
  }

  /** Nobody is to hear of anything more. */
  stop(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#held.clear()
  }

  #hold(peer: PeerKey, bytes: number, begunAt: number): void {
    const held = this.#held.get(peer)
    this.#held.set(peer, { bytes: bytes + (held?.bytes ?? 0), begunAt: held?.begunAt ?? begunAt })
    this.#timer ??= setTimeout(() => void this.#look(), LOOK_EVERY_MS)
  }

  async #look(): Promise<void> {
    const queues = this.#options.dividesUplink() ? await (this.#options.read ?? readSendQueues)() : null
    this.#timer = null
    // What is told makes the engine send more, which is held back in its turn: those are for the next look.
    const held = [...this.#held]
    this.#held.clear()
    for (const [peer, { bytes, begunAt }] of held) {
      const connection = this.#options.connection(peer)
      if (!connection) continue
      const waits = Math.min(bytes, queues?.of(connection) ?? 0)
      if (waits > 0) this.#hold(peer, waits, begunAt)
      if (waits < bytes) this.#options.left(peer, bytes - waits, begunAt)
    }
  }
}
