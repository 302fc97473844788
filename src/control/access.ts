import type { FastifyRequest } from 'fastify'
import type { AccessScope } from '../service/index.ts'
import { ContentTickets, type TicketFile } from './content-tickets.ts'
import { FailedAttempts } from './failed-attempts.ts'
import { networkOf } from './network-of.ts'
import { Problem } from './problem.ts'

/** What a route asks of its caller: a token of this scope or of one that includes it, or nothing. */
export type RouteScope = AccessScope | 'public'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Every route has to say it. */
    scope?: RouteScope
    /** A ticket to the file that its path names opens it too. */
    takesTicket?: true
  }
}

/** Knows which tokens are good. */
export interface TokenCheck {
  /** The scope of the token, or null when it is none. */
  check(token: string): Promise<AccessScope | null>
}

export interface AccessOptions {
  readonly tokens: TokenCheck
  /** False: who comes without a token may do anything, as only this machine can come. */
  readonly required: boolean
  /** ms, monotonic. */
  readonly now: () => number
}

/** How a browser, which can't set headers on a WebSocket, brings its token: as one of the subprotocols it offers. */
export const TOKEN_SUBPROTOCOL = 'swarmd.token.'

/** From look to look at the token of a request that is still answered. */
const WATCH_MS = 1_000

const BEARER = /^bearer +([\w.~+/-]+=*) *$/i
const SUBPROTOCOL = /(?:^|,)\s*swarmd\.token\.([\w.~+/-]+)\s*(?:,|$)/

const includes: Readonly<Record<AccessScope, readonly AccessScope[]>> = {
  write: ['write', 'read', 'metrics'],
  read: ['read', 'metrics'],
  metrics: ['metrics'],
}

/** Decides whether a request may reach its handler. */
export class Access {
  readonly #options: AccessOptions
  readonly #failed = new FailedAttempts()
  readonly #tickets = new ContentTickets()

  constructor(options: AccessOptions) {
    this.#options = options
  }

  /** What the caller is refused with; null when it may go on. No promise when nothing has to be looked up. */
  refusal(request: FastifyRequest): Problem | null | Promise<Problem | null> {
    // A path that leads nowhere has no scope, and nothing to guard.
    const scope = request.routeOptions.config.scope ?? 'public'
    if (scope === 'public') return null
    const token = tokenOf(request)
    if (token !== null) return this.#check(token, scope, callerOf(request))
    const ticket = this.#ticketOf(request)
    if (ticket !== null) return this.#checkTicket(ticket, scope, request)
    if (!this.#options.required && request.headers.authorization === undefined) return null
    return new Problem('token-missing', `${request.method} needs a token of scope ${scope}`, {
      headers: { 'www-authenticate': 'Bearer realm="swarmd"' },
    })
  }

  /**
   * Looks each second whether the request would still be let in: what is answered for long must not outlive its token.
   * @param onRefused called once, when it would not
   * @returns ends it
   */
  watch(request: FastifyRequest, onRefused: (refused: Problem) => void): () => void {
    let timer: NodeJS.Timeout | undefined
    let isOver = false
    const end = (): void => {
      isOver = true
      clearTimeout(timer)
    }
    const look = async (): Promise<void> => {
      // Where the tokens can't be read now, nothing is known against this one.
      const refused = await Promise.resolve(this.refusal(request)).catch(() => null)
      if (isOver) return
      // That others of its address guess says nothing of its own token.
      if (refused === null || refused.code === 'too-many-attempts') return lookLater()
      end()
      onRefused(refused)
    }
    const lookLater = (): void => {
      timer = setTimeout(() => void look(), WATCH_MS)
      timer.unref()
    }
    lookLater()
    return end
  }

  /** A ticket to this file, which is worth what the token of the request is. */
  issueTicket(request: FastifyRequest, file: TicketFile): string {
    return this.#tickets.issue(file, tokenOf(request), this.#options.now())
  }

  /** The token behind the ticket that the request brings; null when there is none, or the route takes none. */
  #ticketOf({ routeOptions, params, headers }: FastifyRequest): string | null {
    if (routeOptions.config.takesTicket !== true || headers.authorization !== undefined) return null
    const { infoHash = '', index = '' } = params as { readonly infoHash?: string; readonly index?: string }
    return this.#tickets.tokenFor({ infoHash: infoHash.toLowerCase(), index }, headers.cookie, this.#options.now())
  }

  async #checkTicket(token: string, scope: AccessScope, request: FastifyRequest): Promise<Problem | null> {
    const refused = await this.#check(token, scope, callerOf(request))
    // Browsers bring it by themselves, again and again: that must not count as guessing.
    if (refused?.code === 'token-invalid') this.#tickets.forget(request.headers.cookie)
    return refused
  }

  async #check(token: string, scope: AccessScope, caller: string): Promise<Problem | null> {
    const before = this.#mustWait(caller)
    if (before !== null) return before
    const granted = await this.#options.tokens.check(token)
    // Others of this caller may have failed meanwhile: many guesses at once are no more than many one by one.
    const since = this.#mustWait(caller)
    if (since !== null) return since
    if (granted === null) {
      this.#failed.failed(caller, this.#options.now())
      return new Problem('token-invalid', 'the token is none of this service', {
        headers: { 'www-authenticate': 'Bearer realm="swarmd", error="invalid_token"' },
      })
    }
    if (includes[granted].includes(scope)) return null
    return new Problem('scope-missing', `the token has the scope ${granted}, and this needs ${scope}`, {
      headers: { 'www-authenticate': `Bearer realm="swarmd", error="insufficient_scope", scope="${scope}"` },
    })
  }

  #mustWait(caller: string): Problem | null {
    const wait = this.#failed.wait(caller, this.#options.now())
    if (wait <= 0) return null
    const seconds = String(Math.ceil(wait / 1000))
    return new Problem('too-many-attempts', `wait ${seconds} s`, { headers: { 'retry-after': seconds } })
  }
}

const callerOf = ({ ip, socket }: FastifyRequest): string => networkOf(ip, socket.localAddress)

function tokenOf({ headers }: FastifyRequest): string | null {
  const bearer = BEARER.exec(headers.authorization ?? '')?.[1]
  if (bearer !== undefined) return bearer
  if (headers.upgrade === undefined) return null
  return SUBPROTOCOL.exec(headers['sec-websocket-protocol'] ?? '')?.[1] ?? null
}
