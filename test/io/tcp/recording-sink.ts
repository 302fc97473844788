import type { PeerConnection, PeerConnectionSink } from '../../../src/io/tcp/index.ts'
import type { PeerMessage } from '../../../src/protocol/index.ts'

interface Ending {
  readonly reason: string
  readonly error: Error | undefined
}

/** Keeps what a connection reports. Its parts may be replaced, to do more or to go wrong. */
export class RecordingSink implements PeerConnectionSink {
  readonly messages: PeerMessage[] = []
  readonly endings: Ending[] = []
  batches = 0
  writableBytes = 0
  readonly ended: Promise<Ending>
  onMessage: (message: PeerMessage) => void = () => {}
  onWritable: (bytes: number, begunAt: number) => void = () => {}
  blockStart: PeerConnectionSink['blockStart'] = () => null
  blockEnd: PeerConnectionSink['blockEnd'] = () => {}
  readonly #end: (ending: Ending) => void

  constructor(connection?: PeerConnection) {
    const { promise, resolve } = Promise.withResolvers<Ending>()
    this.ended = promise
    this.#end = resolve
    connection?.attach(this)
  }

  /** Resolves with the next message. */
  next(): Promise<PeerMessage> {
    return new Promise((resolve) => {
      this.onMessage = resolve
    })
  }

  message(message: PeerMessage): void {
    this.messages.push(message)
    this.onMessage(message)
  }

  batchEnd(): void {
    this.batches++
  }

  writable(bytes: number, begunAt: number): void {
    this.writableBytes += bytes
    this.onWritable(bytes, begunAt)
  }

  closed(reason: string, error?: Error): void {
    this.endings.push({ reason, error })
    this.#end({ reason, error })
  }
}
