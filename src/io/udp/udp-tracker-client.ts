import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import type { RemoteInfo, Socket } from 'node:dgram'
import {
  canonicalIp,
  decodeUdpReply,
  encodeUdpAnnounce,
  encodeUdpConnect,
  normaliseAnnounceUrl,
  ProtocolError,
} from '../../protocol/index.ts'
import type { AnnounceReply, AnnounceRequest, ConnectionId, IpFamily, UdpReply } from '../../protocol/index.ts'
import { monotonicNow } from '../clock.ts'
import { permittedAddresses } from '../http/permitted-addresses.ts'
import type { AddressRules } from '../http/permitted-addresses.ts'
import { TrackerClientError, trackerClientError } from '../http/tracker-client-error.ts'

export interface UdpTrackerClientOptions extends AddressRules {
  /** Until a request is sent again; each time it is sent, twice as long. BEP 15: 15 s. */
  readonly firstTimeoutMs?: number
  /** How often a request is sent. BEP 15 allows nine, for two hours: a torrent's tiers have their own back-off before that. */
  readonly attempts?: number
}

/** Milliseconds: a client may use a connection id for a minute (BEP 15). */
const CONNECTION_ID_MS = 60_000
const DEFAULTS = { firstTimeoutMs: 15_000, attempts: 2 }
/** Who leaves has no time to wait: 5 s for all. */
const STOPPED = { firstTimeoutMs: 1_600, attempts: 2 }
/** Trackers whose connection id is kept. */
const MAX_KEPT_IDS = 256
/** A socket that nobody waits for any more is closed after this. */
const IDLE_MS = 10_000

interface Target {
  readonly ip: string
  readonly port: number
  readonly family: IpFamily
}

interface Waiting {
  readonly target: Target
  readonly settle: (reply: UdpReply) => void
}

/** How long for, and until when called off, somebody waits. */
interface Patience {
  /** On the monotonic clock. */
  readonly deadline: number
  readonly signal: AbortSignal | undefined
}

/**
 * Asks UDP trackers (BEP 15), for all swarms: a connection id first, good for a minute, then the announce. What isn't
 * answered is sent again after 15 s, and given up 30 s later; of several addresses each time the next is tried.
 *
 * The rules for where a tracker may be are those for HTTP. An answer counts when it comes from where the request went, with
 * the number that was in it.
 */
export class UdpTrackerClient {
  readonly #options: UdpTrackerClientOptions
  /** By transaction id. */
  readonly #waiting = new Map<number, Waiting>()
  /** By address, the oldest first. */
  readonly #ids = new Map<string, { readonly id: ConnectionId; readonly at: number }>()
  readonly #sockets = new Map<IpFamily, Socket>()
  #idle: NodeJS.Timeout | null = null

  constructor(options: UdpTrackerClientOptions = {}) {
    this.#options = options
  }

  /**
   * Announces; a `stopped` is given up after 5 s.
   *
   * @param url `udp://host:port/…`
   * @throws TrackerClientError no answer, and why; ProtocolError `tracker-failure`: the tracker says no, in its words;
   *   `invalid-tracker-reply`.
   */
  async announce(url: string, request: AnnounceRequest, signal?: AbortSignal): Promise<AnnounceReply> {
    const targets = await unlessAborted(this.#targets(url), signal)
    const { firstTimeoutMs = DEFAULTS.firstTimeoutMs, attempts = DEFAULTS.attempts } = this.#options
    const bounds = request.event === 'stopped' ? STOPPED : { firstTimeoutMs, attempts }
    for (let attempt = 0; ; attempt++) {
      const target = targets[attempt % targets.length] as Target
      const deadline = monotonicNow() + bounds.firstTimeoutMs * 2 ** attempt
      try {
        return await this.#ask(target, request, { deadline, signal })
      } catch (error) {
        const isLate = error instanceof TrackerClientError && error.code === 'timeout'
        if (!isLate || attempt + 1 === bounds.attempts) throw error
      }
    }
  }

  /** Closes the sockets; they open again when they are needed. What is under way ends at its deadline. */
  close(): void {
    if (this.#idle !== null) clearTimeout(this.#idle)
    this.#idle = null
    for (const socket of this.#sockets.values()) socket.close()
    this.#sockets.clear()
  }

  async #targets(url: string): Promise<Target[]> {
    try {
      const { kind, host, port, path } = normaliseAnnounceUrl(url)
      if (kind !== 'udp') throw new TrackerClientError('invalid-url', 'not a udp URL')
      const addresses = await permittedAddresses(host, path, 'never', this.#options)
      return addresses.map(({ address, family }) => ({ ip: address, port, family: family === 6 ? 6 : 4 }))
    } catch (error) {
      if (error instanceof ProtocolError) throw new TrackerClientError('invalid-url', error.message, error)
      throw trackerClientError(error)
    }
  }

  async #ask(target: Target, request: AnnounceRequest, patience: Patience): Promise<AnnounceReply> {
    const key = `${target.ip} ${target.port}`
    const known = this.#ids.get(key)
    if (known !== undefined && monotonicNow() - known.at < CONNECTION_ID_MS) {
      const encode = (transaction: number): Buffer => encodeUdpAnnounce(known.id, transaction, request)
      const reply = await this.#exchange(target, encode, patience)
      if (reply.action === 'announce') return reply.reply
      // It may have started anew, with other ids: this refusal is not its last word.
    }
    this.#ids.delete(key)
    const connected = await this.#exchange(target, encodeUdpConnect, patience)
    if (connected.action !== 'connect') throw refusal(connected)
    const id = connected.connectionId
    this.#keep(key, id)
    const encode = (transaction: number): Buffer => encodeUdpAnnounce(id, transaction, request)
    const reply = await this.#exchange(target, encode, patience)
    if (reply.action !== 'announce') throw refusal(reply)
    return reply.reply
  }

  #keep(key: string, id: ConnectionId): void {
    this.#ids.set(key, { id, at: monotonicNow() })
    if (this.#ids.size <= MAX_KEPT_IDS) return
    const [oldest] = this.#ids.keys()
    if (oldest !== undefined) this.#ids.delete(oldest)
  }

  /** One datagram there, one back. @throws TrackerClientError `timeout`, `aborted`, or the system's for the sending. */
  async #exchange(
    target: Target,
    encode: (transaction: number) => Buffer,
    { deadline, signal }: Patience,
  ): Promise<UdpReply> {
    let transaction = randomInt(2 ** 32)
    while (this.#waiting.has(transaction)) transaction = randomInt(2 ** 32)
    let timer: NodeJS.Timeout | undefined
    let onAbort = (): void => {}
    try {
      return await new Promise<UdpReply>((settle, reject) => {
        onAbort = () => reject(calledOff())
        if (signal?.aborted === true) return onAbort()
        signal?.addEventListener('abort', onAbort)
        timer = setTimeout(
          () => reject(new TrackerClientError('timeout', 'the tracker did not answer in time')),
          deadline - monotonicNow(),
        )
        this.#waiting.set(transaction, { target, settle })
        this.#socket(target.family).send(encode(transaction), target.port, target.ip, (error) => {
          if (error !== null) reject(trackerClientError(error))
        })
      })
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      this.#waiting.delete(transaction)
      this.#closeWhenIdle()
    }
  }

  /** Opened when it is needed. */
  #socket(family: IpFamily): Socket {
    const open = this.#sockets.get(family)
    if (open !== undefined) return open
    const socket = createSocket({ type: family === 4 ? 'udp4' : 'udp6', ipv6Only: family === 6 })
    this.#sockets.set(family, socket)
    socket.on('message', (bytes, remote) => this.#receive(bytes, remote, family))
    // It could not be bound, or tells of a datagram that is lost: who waits has a deadline, and the next gets a new socket.
    socket.on('error', () => {
      if (this.#sockets.get(family) !== socket) return
      this.#sockets.delete(family)
      socket.close()
    })
    return socket
  }

  #receive(bytes: Buffer, remote: RemoteInfo, family: IpFamily): void {
    let reply: UdpReply
    try {
      reply = decodeUdpReply(bytes, family)
    } catch (error) {
      if (error instanceof ProtocolError) return
      throw error
    }
    const waiting = this.#waiting.get(reply.transactionId)
    if (waiting === undefined) return
    const { target, settle } = waiting
    if (remote.port === target.port && canonicalIp(remote.address) === target.ip) settle(reply)
  }

  #closeWhenIdle(): void {
    if (this.#idle !== null) clearTimeout(this.#idle)
    this.#idle = setTimeout(() => {
      this.#idle = null
      if (this.#waiting.size === 0) this.close()
    }, IDLE_MS).unref()
  }
}

function refusal(reply: UdpReply): ProtocolError {
  return reply.action === 'error'
    ? new ProtocolError('tracker-failure', reply.reason)
    : new ProtocolError('invalid-tracker-reply', 'the tracker answered something else than it was asked')
}

function calledOff(): TrackerClientError {
  return new TrackerClientError('aborted', 'the announce was called off')
}

/** A look-up in the DNS can't be called off, but who waits for it can be let go. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  let onAbort = (): void => {}
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(calledOff())
    signal.addEventListener('abort', onAbort)
    if (signal.aborted) onAbort()
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
