/**
 * Which extensions (BEP 10) we offer, which each peer takes and under which ids, and who hears what arrives: a part of the
 * engine that has asked for it by name, or else the engine's owner, by an `extension` effect.
 */
import type { ExtensionHandshake } from '../../protocol/index.ts'
import type { PeerSession } from '../peer/peer-session.ts'
import { PeerFault, type SwarmContext } from './swarm-context.ts'

/** An extension that we speak in a torrent. What a torrent must not have (BEP 27: no PEX) is left out of its offers. */
export interface ExtensionOffer {
  /** As in the extension handshake: `ut_pex`. */
  readonly name: string
  /** The id by which peers send it to us, 1 … 255. */
  readonly id: number
  /** Longest payload that we read; a longer one ends the connection. */
  readonly maxBytes: number
}

/** The part of the engine that speaks one extension. */
export interface ExtensionPart {
  /** The peer said (perhaps again) that it takes this extension. */
  agreed(session: PeerSession, now: number): void
  /** @throws PeerFault, ProtocolError: the session ends */
  received(session: PeerSession, payload: Buffer, now: number): void
}

export class Extensions {
  readonly #swarm: SwarmContext
  readonly #byId = new Map<number, ExtensionOffer>()
  readonly #parts = new Map<string, ExtensionPart>()
  /** Name to our id, for the handshake. */
  readonly #names = new Map<string, number>()

  constructor(swarm: SwarmContext) {
    this.#swarm = swarm
    for (const offer of swarm.options.extensions ?? []) {
      const { id, name } = offer
      if (!Number.isInteger(id) || id < 1 || id > 255) throw new RangeError(`${name} can't have the id ${id}`)
      if (this.#byId.has(id) || this.#names.has(name)) throw new RangeError(`${name} (${id}) is offered twice`)
      this.#byId.set(id, offer)
      this.#names.set(name, id)
    }
  }

  /** What our own handshake says as `m`. */
  get offered(): ReadonlyMap<string, number> {
    return this.#names
  }

  /** From now on this extension is the engine's business, where it is offered. */
  take(name: string, part: ExtensionPart): void {
    this.#parts.set(name, part)
  }

  /** The peer's handshake: only ids of extensions that we offer too are kept, so it can't make us keep many. */
  agree(session: PeerSession, { m }: ExtensionHandshake, now: number): void {
    for (const name of this.#names.keys()) {
      const id = m.get(name)
      // It may say again what changed, and only that.
      if (id === undefined) continue
      if (id === 0) {
        session.extensionIds.delete(name)
        continue
      }
      session.extensionIds.set(name, id)
      const part = this.#parts.get(name)
      if (part) part.agreed(session, now)
      else this.#swarm.emit({ type: 'extension-agreed', peer: session.key, name })
    }
  }

  /** An extended message with one of our ids. Of others nothing is known, so they are passed over. */
  received(session: PeerSession, id: number, payload: Buffer, now: number): void {
    const offer = this.#byId.get(id)
    if (!offer || !session.extended) return
    if (payload.length > offer.maxBytes) throw new PeerFault('extension-too-large')
    const part = this.#parts.get(offer.name)
    if (part) part.received(session, payload, now)
    else this.#swarm.emit({ type: 'extension', peer: session.key, name: offer.name, payload })
  }

  /** Sends under the peer's own id. @returns false when the peer doesn't take this extension */
  send(session: PeerSession, name: string, payload: Buffer, now: number): boolean {
    const id = session.extensionIds.get(name)
    if (id === undefined) return false
    this.#swarm.send(session, { type: 'extended', id, payload }, now)
    return true
  }
}
