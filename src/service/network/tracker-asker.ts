/** How trackers are asked, by the scheme of their URL: `http(s)://` or `udp://`. One for all swarms. */
import { announceOverHttp, monotonicNow, UdpTrackerClient } from '../../io/index.ts'
import type { Durations } from '../../swarm/index.ts'
import {
  buildAnnounceUrl,
  decodeAnnounceReply,
  type AnnounceReply,
  type AnnounceRequest,
} from '../../protocol/index.ts'

export class TrackerAsker {
  readonly #userAgent: string
  readonly #seconds: Durations
  readonly #udp = new UdpTrackerClient()

  /** @param seconds takes up how long each request took, whatever came of it */
  constructor(userAgent: string, seconds: Durations) {
    this.#userAgent = userAgent
    this.#seconds = seconds
  }

  /** @throws TrackerClientError, ProtocolError: no answer, or none that says yes; the message says why. */
  async ask(url: string, request: AnnounceRequest, signal: AbortSignal): Promise<AnnounceReply> {
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
