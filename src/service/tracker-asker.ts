/** How trackers are asked, by the scheme of their URL: `http(s)://` or `udp://`. One for all swarms. */
import { announceOverHttp, UdpTrackerClient } from '../io/index.ts'
import { buildAnnounceUrl, decodeAnnounceReply, type AnnounceReply, type AnnounceRequest } from '../protocol/index.ts'

export class TrackerAsker {
  readonly #userAgent: string
  readonly #udp = new UdpTrackerClient()

  constructor(userAgent: string) {
    this.#userAgent = userAgent
  }

  /** @throws TrackerClientError, ProtocolError: no answer, or none that says yes; the message says why. */
  async ask(url: string, request: AnnounceRequest, signal: AbortSignal): Promise<AnnounceReply> {
    if (url.startsWith('udp:')) return this.#udp.announce(url, request, signal)
    const body = await announceOverHttp(buildAnnounceUrl(url, request), { userAgent: this.#userAgent, signal })
    return decodeAnnounceReply(body)
  }

  close(): void {
    this.#udp.close()
  }
}
