/**
 * What happens in the service, told at the moment it happens to whoever listens (`PeerService.onEvent`). A listener is
 * called within the transition that made the news: it takes a note and returns; it never blocks, and what it throws
 * stops nobody.
 */
import type { InfoHash } from '../protocol/index.ts'
import type { ChokerRecordView } from './choker-face.ts'
import type { SwarmState, SwarmStatus } from './face.ts'

/** One kind of news; `time` is added when it is told. */
export type ServiceNews =
  | { readonly type: 'swarm.added'; readonly infoHash: InfoHash; readonly name: string }
  | { readonly type: 'swarm.removed'; readonly infoHash: InfoHash; readonly name: string }
  /** `state` or `status` is another one; looked at twice a second. */
  | {
      readonly type: 'swarm.state'
      readonly infoHash: InfoHash
      readonly state: SwarmState
      readonly stateReason: string
      readonly status: SwarmStatus
    }
  /** All pieces are verified, and the files are in `shareable/`. Once in a swarm's life. */
  | { readonly type: 'swarm.completed'; readonly infoHash: InfoHash; readonly name: string }
  | ({ readonly type: 'peer.connected' } & PeerNews)
  /** `reason`: a close reason, a word for programs. */
  | ({ readonly type: 'peer.closed'; readonly reason: string } & PeerNews)
  /** A round of the choker, or a slot that changed hands between two. */
  | { readonly type: 'choker.round'; readonly infoHash: InfoHash; readonly record: ChokerRecordView }

interface PeerNews {
  readonly infoHash: InfoHash
  /** The remote end of the socket, `10.0.0.251:5000`. */
  readonly address: string
  /** Our end of it. */
  readonly localAddress: string
  /** 40 hex digits. */
  readonly peerId: string
  readonly direction: 'inbound' | 'outbound'
}

/** `time`: RFC 3339, UTC. */
export type ServiceEvent = ServiceNews & { readonly time: string }

export type ServiceListener = (event: ServiceEvent) => void

/** Tells every listener, in the order they came. */
export class ServiceEvents {
  readonly #listeners = new Set<{ readonly tell: ServiceListener }>()
  readonly #now: () => Date
  readonly #onError: (error: unknown) => void

  /** @param onError gets what a listener throws: a bug of ours */
  constructor(now: () => Date, onError: (error: unknown) => void) {
    this.#now = now
    this.#onError = onError
  }

  /** Listens from now on. @returns ends it; may be called twice. */
  on(listener: ServiceListener): () => void {
    const entry = { tell: listener }
    this.#listeners.add(entry)
    return () => void this.#listeners.delete(entry)
  }

  emit(news: ServiceNews): void {
    if (this.#listeners.size === 0) return
    const event = { ...news, time: this.#now().toISOString() }
    for (const { tell } of [...this.#listeners]) {
      try {
        tell(event)
      } catch (error) {
        this.#onError(error)
      }
    }
  }
}
