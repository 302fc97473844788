/** The tracker in every peer: answers `GET /announce` on the peer port (BEP 3, 23) from the registry. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { monotonicNow } from '../io/index.ts'
import { ProtocolError, encodeAnnounceReply, encodeTrackerFailure, parseAnnounceQuery } from '../protocol/index.ts'
import type { TrackerRegistry } from '../network/index.ts'

export class TrackerEndpoint {
  readonly #registry: TrackerRegistry

  constructor(registry: TrackerRegistry) {
    this.#registry = registry
  }

  /** Answers any HTTP request that came to the peer port. */
  answer(request: IncomingMessage, response: ServerResponse): void {
    const target = request.url ?? '/'
    const mark = target.indexOf('?')
    const path = mark < 0 ? target : target.slice(0, mark)
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return plain(response, 405, 'Only GET is answered here.\n')
    if (path !== '/announce') {
      return plain(response, 404, 'This is the peer port: it answers /announce. The API has a port of its own.\n')
    }
    response.writeHead(200, { 'content-type': 'text/plain', connection: 'close' })
    response.end(this.#announce(mark < 0 ? '' : target.slice(mark + 1), request))
  }

  #announce(query: string, request: IncomingMessage): Buffer {
    try {
      const asked = parseAnnounceQuery(query)
      const from = plainAddress(request.socket.remoteAddress ?? '')
      const reachedAt = plainAddress(request.socket.localAddress ?? '')
      const answer = this.#registry.announce(asked, from, monotonicNow(), reachedAt)
      return encodeAnnounceReply(answer, { compact: asked.compact, noPeerId: asked.noPeerId })
    } catch (error) {
      // BEP 3: a refusal is an answer like any other, with a reason for a person to read.
      if (error instanceof ProtocolError) return encodeTrackerFailure(error.message)
      throw error
    }
  }
}

function plain(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' })
  response.end(text)
}

/** A dual-stack socket shows IPv4 as `::ffff:10.0.0.1`. */
const plainAddress = (address: string): string => (address.startsWith('::ffff:') ? address.slice(7) : address)
