/** The tracker in every peer, over HTTP on the peer port: `GET /announce` (BEP 3, 7, 23, 24) and `GET /scrape` (BEP 48). */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { monotonicNow } from '../../io/index.ts'
import {
  ProtocolError,
  encodeAnnounceReply,
  encodeScrapeReply,
  encodeTrackerFailure,
  parseAnnounceQuery,
  parseScrapeQuery,
  type ScrapeCounts,
} from '../../protocol/index.ts'
import type { TrackerRegistry } from '../../network/index.ts'

const NOBODY: ScrapeCounts = { complete: 0, incomplete: 0, downloaded: 0 }

export class TrackerEndpoint {
  readonly counters = { announces: 0, scrapes: 0, errors: 0 }
  readonly #registry: TrackerRegistry

  constructor(registry: TrackerRegistry) {
    this.#registry = registry
  }

  /**
   * The body of the answer to a GET; null when this is nothing that a tracker is asked.
   *
   * @param target path and query as they came, a character for each byte: an info hash is no text.
   * @param from the asker's IP address. @param reachedAt our IP address that it came to.
   */
  body(target: string, from: string, reachedAt: string): Buffer | null {
    const mark = target.indexOf('?')
    const path = mark < 0 ? target : target.slice(0, mark)
    if (path !== '/announce' && path !== '/scrape') return null
    const query = mark < 0 ? '' : target.slice(mark + 1)
    try {
      return path === '/announce'
        ? this.#announce(query, plainAddress(from), plainAddress(reachedAt))
        : this.#scrape(query)
    } catch (error) {
      // BEP 3: a refusal is an answer like any other, with a reason for a person to read.
      if (!(error instanceof ProtocolError)) throw error
      this.counters.errors++
      return encodeTrackerFailure(error.message)
    }
  }

  /** Answers any HTTP request that came to the peer port. */
  answer(request: IncomingMessage, response: ServerResponse): void {
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return plain(response, 405, 'Only GET is answered here.\n')
    const { remoteAddress = '', localAddress = '' } = request.socket
    const body = this.body(request.url ?? '/', remoteAddress, localAddress)
    if (body === null) {
      const text =
        'This is the peer port: it answers /announce, /scrape and /manifests/NAME. The API has a port of its own.\n'
      return plain(response, 404, text)
    }
    response.writeHead(200, { 'content-type': 'text/plain', 'content-length': body.length, connection: 'close' })
    response.end(body)
  }

  #announce(query: string, from: string, reachedAt: string): Buffer {
    const asked = parseAnnounceQuery(query)
    this.counters.announces++
    const answer = this.#registry.announce(asked, from, monotonicNow(), reachedAt)
    return encodeAnnounceReply({ ...answer, externalIp: from }, asked)
  }

  #scrape(query: string): Buffer {
    const counts = parseScrapeQuery(query).map((infoHash) => {
      return [infoHash, this.#registry.scrape(infoHash) ?? NOBODY] as const
    })
    this.counters.scrapes++
    return encodeScrapeReply(new Map(counts))
  }
}

function plain(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' })
  response.end(text)
}

/** A dual-stack socket shows IPv4 as `::ffff:10.0.0.1`. */
const plainAddress = (address: string): string => (address.startsWith('::ffff:') ? address.slice(7) : address)
