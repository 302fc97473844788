import { createHash, randomBytes } from 'node:crypto'

/** Long enough for a film with a break; a page that goes on playing asks for another. */
export const TICKET_SECONDS = 3_600
/** Beyond, the oldest is forgotten. */
const MOST_TICKETS = 1_000
const TICKET_BYTES = 32
/** The cookie that a ticket travels in. */
export const TICKET_COOKIE = 'swarmd-ticket'
const COOKIE = /(?:^|;\s*)swarmd-ticket=([\w-]{43})(?=\s*(?:;|$))/

/** A file of a torrent, as a path names it. */
export interface TicketFile {
  /** Lower case. */
  readonly infoHash: string
  readonly index: string
}

interface Ticket extends TicketFile {
  /** Of whoever asked for it; null: nobody's, where none is needed. */
  readonly token: string | null
  /** ms, monotonic. */
  readonly until: number
}

/**
 * Tickets to read one file, for what a browser fetches by itself and can't put a token on: links and players. A ticket is
 * worth what its token is worth at the time, for that file alone. Kept are their hashes, so that looking one up tells nothing
 * by the time that it takes.
 */
export class ContentTickets {
  readonly #tickets = new Map<string, Ticket>()

  get size(): number {
    return this.#tickets.size
  }

  /** Makes one. @param now ms, monotonic @returns its text, the only time */
  issue({ infoHash, index }: TicketFile, token: string | null, now: number): string {
    const text = randomBytes(TICKET_BYTES).toString('base64url')
    this.#tickets.set(keyOf(text), { infoHash, index, token, until: now + TICKET_SECONDS * 1000 })
    for (const [key, { until }] of this.#tickets) {
      if (until > now && this.#tickets.size <= MOST_TICKETS) break
      this.#tickets.delete(key)
    }
    return text
  }

  /** The token behind the ticket in these cookies; null when there is none that is good for this file. */
  tokenFor({ infoHash, index }: TicketFile, cookies: string | undefined, now: number): string | null {
    const ticket = this.#tickets.get(ticketIn(cookies))
    if (ticket === undefined || ticket.until <= now) return null
    return ticket.infoHash === infoHash && ticket.index === index ? ticket.token : null
  }

  /** Its token is no longer good. */
  forget(cookies: string | undefined): void {
    this.#tickets.delete(ticketIn(cookies))
  }
}

const keyOf = (text: string): string => createHash('sha256').update(text).digest('base64url')

const ticketIn = (cookies: string | undefined): string => keyOf(COOKIE.exec(cookies ?? '')?.[1] ?? '')
