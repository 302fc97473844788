/** How trackers are asked, by the scheme of their URL: `http(s)://` or `udp://`. One for all swarms. */
import { announceOverHttp, monotonicNow, UdpTrackerClient } from '../../io/index.ts'
import type { Durations } from '../../swarm/index.ts'
import {
  buildAnnounceUrl,
  decodeAnnounceReply,
  type AnnounceReply,
  type AnnounceRequest,
} from '../../protocol/index.ts'
import { Turns } from '../turns.ts'

/** Of one tracker: a thousand swarms that begin at once would else take its sockets, or pass for a flood. */
const REQUESTS_AT_ONCE = 16
/** Part of its interval by which the next announce may come later, by chance: what began at once is to part. */
const SPREAD = 0.1

export class TrackerAsker {
  readonly #userAgent: string
  readonly #seconds: Durations
  readonly #random: () => number
  readonly #udp = new UdpTrackerClient()
  /** By where the tracker is: one that does not answer keeps nobody from the others. */
  readonly #queues = new Map<string, { readonly turns: Turns; requests: number }>()

  /** @param seconds takes up how long each request took, whatever came of it */
  constructor(userAgent: string, seconds: Durations, random: () => number) {
    this.#userAgent = userAgent
    this.#seconds = seconds
    this.#random = random
  }

  /** @throws TrackerClientError, ProtocolError: no answer, or none that says yes; the message says why. */
  async ask(url: string, request: AnnounceRequest, signal: AbortSignal): Promise<AnnounceReply> {
    const place = placeOf(url)
    const queue = this.#queues.get(place) ?? { turns: new Turns(REQUESTS_AT_ONCE), requests: 0 }
    this.#queues.set(place, queue)
    queue.requests++
    try {
      const reply = await queue.turns.take(() => this.#timed(url, request, signal), signal)
      return { ...reply, interval: reply.interval * (1 + SPREAD * this.#random()) }
    } finally {
      if (--queue.requests === 0) this.#queues.delete(place)
    }
  }

  async #timed(url: string, request: AnnounceRequest, signal: AbortSignal): Promise<AnnounceReply> {
    const began = monotonicNow()
    try {
      return await this.#ask(url, request, signal)
    } finally {
      this.#seconds.observe((monotonicNow() - began) / 1000)
    }
  }

  async #ask(url: string, request: AnnounceRequest, signal: AbortSignal): Promise<AnnounceReply> {
    if (url.startsWith('udp:')) return this.#udp.announce(url, request, signal)
    const body = await announceOverHttp(buildAnnounceUrl(url, request), { userAgent: this.#userAgent, signal })
    return decodeAnnounceReply(body)
  }

  close(): void {
    this.#udp.close()
  }
}

/** Scheme, host and port. */
const placeOf = (url: string): string => /^[^/]*\/\/[^/]*/.exec(url)?.[0] ?? url
