import type { Socket } from 'node:net'
import { canonicalIp, FrameDecoder, HANDSHAKE_LENGTH, ProtocolError } from '../../protocol/index.ts'
import type { FrameSink, Handshake, PeerAddress } from '../../protocol/index.ts'
import { monotonicNow } from '../clock.ts'
import { readBuffer } from '../read-buffer.ts'
import type { Inlet } from './fast-socket.ts'

/** Who a connection reports to. No call comes from inside a call to the connection. */
export interface PeerConnectionSink extends FrameSink {
  /** All that one read brought has been told, whatever number of messages it was. */
  batchEnd(): void
  /**
   * So many bytes of blocks given to `sendBlock` have left our queue: there is room for more.
   * @param begunAt when the first of them left, by `monotonicNow`: a write on a slow link takes its time
   */
  writable(bytes: number, begunAt: number): void
  /**
   * The connection has ended by itself; the last call. `reason` is
   * - `remote-closed`: the other side left,
   * - `timeout`: the other side's machine no longer answers (TCP keep-alive),
   * - `socket-error`: what else the system says, in `error`,
   * - the code of a `ProtocolError` in what was received, or thrown by this sink,
   * - `bug`: this sink threw another `error`.
   */
  closed(reason: string, error?: Error): void
}

/** What goes out in one write, and who waits for it. */
interface Batch {
  readonly bytes: Uint8Array[]
  length: number
  blockBytes: number
  /** When the system was asked to take it. */
  flushedAt: number
  readonly done: (() => void)[]
}

/** What `PeerConnection` is made of: a socket on which the handshakes are done. */
export interface PeerConnectionParts {
  readonly socket: Socket
  readonly inlet: Inlet
  readonly outbound: boolean
  readonly remote: PeerAddress
  /** Theirs. */
  readonly handshake: Handshake
  /** What arrived after their handshake; copied. */
  readonly rest: Buffer
}

/** An idle peer's machine is asked whether it still exists; one that says nothing for ten seconds more is given up. */
const KEEP_ALIVE_MS = 60_000

/** What is left of a block is read straight to where it belongs if it is so much: for less, a read of its own costs more than the copy. */
const PLACED_FROM = 64 * 1024
/** Behind such a block comes another one, most likely: its head is read by itself, and with it little that has to be copied. */
const HEAD_BUFFER = readBuffer(1024)

/**
 * A TCP connection to a peer, after the handshake: messages in by a `FrameDecoder`, bytes out by a queue.
 *
 * Received bytes are read into one buffer for all connections, and a block is copied from there straight to where
 * the sink wants it; most of a long block is read to that place at once. What is sent is never copied: buffers belong
 * to the connection until they are written. The queue has no bound of its own: who fills it looks at `queuedBytes`.
 */
export class PeerConnection {
  /** Their end. */
  readonly remote: PeerAddress
  /** Our end. */
  readonly local: PeerAddress
  /** We called them. */
  readonly outbound: boolean
  /** What they said of themselves. */
  readonly handshake: Handshake

  readonly #socket: Socket
  #sink: PeerConnectionSink | null = null
  #decoder: FrameDecoder | null = null
  /** What arrived before `attach`; reading is paused while there is some. */
  #early: Buffer[] = []
  /** How it ended, when that was before `attach`. */
  #ending: { reason: string; error: Error | undefined } | null = null
  #closed = false
  /** What is read next: anything, the head of a block, or the rest of one, to its place. */
  #reads: 'anything' | 'head' | 'block' = 'anything'

  #batch: Batch = emptyBatch()
  #queuedBytes = 0
  #lastDrainAt = monotonicNow()
  #bytesSent = HANDSHAKE_LENGTH
  #bytesReceived = HANDSHAKE_LENGTH

  constructor({ socket, inlet, outbound, remote, handshake, rest }: PeerConnectionParts) {
    this.#socket = socket
    this.remote = remote
    this.local = { host: canonicalIp(socket.localAddress ?? '') ?? '', port: socket.localPort ?? 0 }
    this.outbound = outbound
    this.handshake = handshake
    socket.setNoDelay(true)
    socket.setKeepAlive(true, KEEP_ALIVE_MS)
    socket.on('end', () => this.#end('remote-closed'))
    socket.on('error', (error) => this.#end(socketEnding(error), error))
    socket.on('close', () => this.#end('remote-closed'))
    inlet.receive = (bytes) => this.#receive(bytes)
    inlet.place = () => this.#nextPlace()
    if (rest.length > 0) this.#receive(rest)
  }

  /** All bytes received, the handshake too. */
  get bytesReceived(): number {
    return this.#bytesReceived
  }

  /** All bytes handed to the system, our handshake too. */
  get bytesSent(): number {
    return this.#bytesSent
  }

  /** Bytes given to `send` and `sendBlock` that the system has not taken yet. */
  get queuedBytes(): number {
    return this.#queuedBytes
  }

  /**
   * When (by `monotonicNow`) bytes last left the queue, or first stood in it. When bytes are queued and this is long
   * ago, the peer has stopped reading.
   */
  get lastDrainAt(): number {
    return this.#lastDrainAt
  }

  /** No more comes in or goes out. */
  get isClosed(): boolean {
    return this.#closed
  }

  /** From now on what arrives, and what came with the handshake, is told to the sink; never from inside this call. */
  attach(sink: PeerConnectionSink): void {
    if (this.#sink !== null) throw new Error('a sink is attached already')
    this.#sink = sink
    this.#decoder = new FrameDecoder(sink)
    process.nextTick(() => this.#catchUp())
  }

  /** Queues bytes for the next `flush`. They must not change any more. */
  send(bytes: Uint8Array): void {
    if (this.#closed || bytes.length === 0) return
    this.#enqueue(bytes)
  }

  /**
   * Queues a block behind its header for the next `flush`. `block` must not change until `done`, which is called once,
   * later: when the system has the bytes, or when the connection is gone.
   */
  sendBlock(header: Uint8Array, block: Uint8Array, done: () => void): void {
    if (this.#closed) {
      process.nextTick(done)
      return
    }
    this.#enqueue(header)
    this.#enqueue(block)
    this.#batch.blockBytes += block.length
    this.#batch.done.push(done)
  }

  /** Hands all that is queued to the system, in one write. */
  flush(): void {
    const batch = this.#batch
    const last = batch.bytes.length - 1
    if (last < 0) return
    this.#batch = emptyBatch()
    batch.flushedAt = monotonicNow()
    const socket = this.#socket
    socket.cork()
    for (let at = 0; at < last; at++) socket.write(batch.bytes[at] as Uint8Array)
    // Writes complete in order. Also a destroyed socket completes each of them, and only when it has let go of the bytes.
    socket.write(batch.bytes[last] as Uint8Array, (error) => this.#written(batch, error))
    socket.uncork()
  }

  /** Ends it at once, whatever is queued. The sink hears nothing more; each pending `done` is still called. */
  close(): void {
    this.#ending = null
    if (this.#closed) return
    this.#closed = true
    this.#decoder?.stop()
    this.#early = []
    this.#socket.destroy()
    const unsent = this.#batch
    this.#batch = emptyBatch()
    this.#queuedBytes -= unsent.length
    process.nextTick(() => this.#settle(unsent))
  }

  #enqueue(bytes: Uint8Array): void {
    if (this.#queuedBytes === 0) this.#lastDrainAt = monotonicNow()
    this.#batch.bytes.push(bytes)
    this.#batch.length += bytes.length
    this.#queuedBytes += bytes.length
  }

  #written(batch: Batch, error: Error | null | undefined): void {
    this.#queuedBytes -= batch.length
    // What was flushed before it left before it.
    const begunAt = Math.max(batch.flushedAt, this.#lastDrainAt)
    if (!error) {
      this.#lastDrainAt = monotonicNow()
      this.#bytesSent += batch.length
    }
    this.#settle(batch)
    if (this.#closed || error || batch.blockBytes === 0) return
    this.#contain(() => this.#sink?.writable(batch.blockBytes, begunAt))
  }

  #settle(batch: Batch): void {
    for (const done of batch.done) this.#contain(done)
  }

  #receive(bytes: Buffer): boolean {
    if (this.#closed) return true
    this.#bytesReceived += bytes.length
    if (this.#decoder === null || this.#early.length > 0) {
      this.#early.push(Buffer.from(bytes))
      return false
    }
    this.#decode(bytes)
    return true
  }

  #decode(bytes: Buffer): void {
    this.#contain(() => {
      if (this.#reads === 'block') this.#decoder?.placed(bytes.length)
      else this.#decoder?.push(bytes)
      if (!this.#closed) this.#sink?.batchEnd()
    })
  }

  #nextPlace(): Uint8Array | null {
    const before = this.#reads
    const place = this.#decoder?.place(PLACED_FROM) ?? null
    this.#reads = place !== null ? 'block' : before === 'block' ? 'head' : 'anything'
    return this.#reads === 'head' ? HEAD_BUFFER : place
  }

  #catchUp(): void {
    const early = this.#early
    this.#early = []
    for (const bytes of early) if (!this.#closed) this.#decode(bytes)
    if (this.#ending !== null) {
      const { reason, error } = this.#ending
      this.#ending = null
      this.#report(reason, error)
    }
    if (!this.#closed) this.#socket.resume()
  }

  /** What goes wrong for one peer ends that peer's connection, and nothing else. */
  #contain(work: () => void): void {
    try {
      work()
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown))
      if (this.#closed) warn(error)
      else this.#end(error instanceof ProtocolError ? error.code : 'bug', error)
    }
  }

  #end(reason: string, error?: Error): void {
    if (this.#closed) return
    const caughtUp = this.#sink !== null && this.#early.length === 0
    this.close()
    if (caughtUp) this.#report(reason, error)
    else this.#ending = { reason, error }
  }

  #report(reason: string, error: Error | undefined): void {
    try {
      this.#sink?.closed(reason, error)
    } catch (thrown) {
      warn(thrown)
    }
  }
}

/** There is no connection left to end: the operator is told. */
function warn(thrown: unknown): void {
  process.emitWarning(thrown instanceof Error ? thrown : String(thrown))
}

function emptyBatch(): Batch {
  return { bytes: [], length: 0, blockBytes: 0, flushedAt: 0, done: [] }
}

function socketEnding(error: NodeJS.ErrnoException): string {
  if (error.code === 'ECONNRESET' || error.code === 'EPIPE') return 'remote-closed'
  return error.code === 'ETIMEDOUT' ? 'timeout' : 'socket-error'
}
