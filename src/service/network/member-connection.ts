/**
 * A connection for the membership alone: between members that have no swarm in common, or need none. It is a peer
 * connection like any other (handshake of BEP 3, extension handshake of BEP 10), in a swarm that has no torrent.
 */
import type { PeerConnection } from '../../io/index.ts'
import {
  MAX_MEMBERS_MESSAGE,
  MEMBERS_EXTENSION,
  ProtocolError,
  decodeExtensionHandshake,
  encodeExtensionHandshake,
  encodeMessage,
  type PeerMessage,
} from '../../protocol/index.ts'

/** By which id we want to be told. */
const OWN_ID = 1
/** Messages that mean nothing here; a peer that goes on with them is in the wrong place. */
const MOST_FOREIGN = 100
/** From our extension handshake to theirs: who says nothing would keep a socket, and a dial waiting, for nothing. */
const GREETING_MS = 5_000
/** The whole map of the largest network, twice. */
const MAX_QUEUED_BYTES = 12 * 1024 * 1024

export interface MemberConnectionOptions {
  readonly client: string
  readonly peerPort: number
  /** It speaks `sw_members`. */
  onReady(): void
  onPayload(payload: Buffer): void
  /** Once, also for what `close` ended. */
  onClosed(reason: string): void
  onBug(error: unknown): void
}

export class MemberConnection {
  readonly connection: PeerConnection
  readonly #options: MemberConnectionOptions
  readonly #deadline = setTimeout(() => this.close('handshake-timeout'), GREETING_MS)
  #theirId: number | null = null
  #foreign = 0
  #isClosed = false

  constructor(connection: PeerConnection, options: MemberConnectionOptions) {
    this.connection = connection
    this.#options = options
    connection.attach({
      message: (message) => this.#message(message),
      blockStart: () => null,
      blockEnd: () => this.#foreignMessage(),
      batchEnd: () => this.connection.flush(),
      writable: () => undefined,
      closed: (reason, error) => {
        if (reason === 'bug') options.onBug(error)
        this.#end(reason)
      },
    })
    const { client, peerPort } = options
    const m = new Map([[MEMBERS_EXTENSION, OWN_ID]])
    this.#sendExtended(0, encodeExtensionHandshake({ v: client, port: peerPort, m }))
    connection.flush()
  }

  /** Passed over before `onReady` and after the end. */
  send(payload: Buffer): void {
    if (this.#theirId === null || this.#isClosed) return
    this.#sendExtended(this.#theirId, payload)
    if (this.connection.queuedBytes > MAX_QUEUED_BYTES) this.close('send-queue-full')
  }

  flush(): void {
    if (!this.#isClosed) this.connection.flush()
  }

  close(reason: string): void {
    if (this.#isClosed) return
    this.connection.close()
    this.#end(reason)
  }

  #message(message: PeerMessage): void {
    if (message.type !== 'extended') return message.type === 'keep-alive' ? undefined : this.#foreignMessage()
    if (message.id === OWN_ID) {
      if (message.payload.length > MAX_MEMBERS_MESSAGE)
        throw new ProtocolError('extension-too-large', `${message.payload.length} bytes about members`)
      return this.#options.onPayload(message.payload)
    }
    if (message.id !== 0) return this.#foreignMessage()
    const id = decodeExtensionHandshake(message.payload).m.get(MEMBERS_EXTENSION)
    if (id === undefined || id === 0) throw new ProtocolError('no-members', 'it does not speak of members')
    const isFirst = this.#theirId === null
    this.#theirId = id
    clearTimeout(this.#deadline)
    if (isFirst) this.#options.onReady()
    else this.#foreignMessage()
  }

  #foreignMessage(): void {
    if (++this.#foreign > MOST_FOREIGN) throw new ProtocolError('unexpected-message', 'no torrent is exchanged here')
  }

  #sendExtended(id: number, payload: Buffer): void {
    this.connection.send(encodeMessage({ type: 'extended', id, payload }))
  }

  #end(reason: string): void {
    if (this.#isClosed) return
    this.#isClosed = true
    clearTimeout(this.#deadline)
    this.#options.onClosed(reason)
  }
}
