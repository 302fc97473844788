import type { FastifyRequest } from 'fastify'
import { isIPv6 } from 'node:net'
import { canonicalIp } from '../service/index.ts'
import { Problem } from './problem.ts'

/** `127.0.0.1:5080`, `localhost`, `[::1]:5080`: host, then perhaps a port. */
const AUTHORITY = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::\d{1,5})?$/

/**
 * Says no to what a browser can be made to send by a page of another site: a request to a name that an attacker's DNS
 * points here (rebinding), and one that carries the Origin of another page. Any port is fine in Host, so that a
 * forwarded port works; the Origin then has to be that very authority, over TLS when a proxy in front of us speaks it. A token
 * changes nothing of this.
 *
 * @param host the address we listen on; when it stands for all, the one that a connection came to counts
 * @param names further names for this machine, in lower case; asked at each request
 */
export function hostGuard(
  host: string,
  names: () => readonly string[] = () => [],
): (request: FastifyRequest) => Problem | null {
  const everywhere = host === '0.0.0.0' || host === '::'
  const own = new Set(['localhost', '127.0.0.1', '[::1]', ...(everywhere ? [] : [inUrl(host.toLowerCase())])])
  return ({ headers, raw }) => {
    const authority = headers.host?.toLowerCase()
    if (authority === undefined || authority === '') return new Problem('malformed-http', 'there is no Host header')
    const name = AUTHORITY.exec(authority)?.[1]
    const reached = everywhere ? canonicalIp(raw.socket.localAddress ?? '') : null
    if (
      name === undefined ||
      !(own.has(name) || names().includes(name) || (reached !== null && name === inUrl(reached)))
    ) {
      const ours = [...own, ...names(), ...(reached === null ? [] : [inUrl(reached)])]
      return new Problem('wrong-host', `the Host header is ${quoted(authority)}, and here is ${ours.join(', ')}`)
    }
    const origin = headers.origin
    if (origin !== undefined && !isOwnOrigin(origin.toLowerCase(), authority)) {
      return new Problem('foreign-origin', `the Origin is ${quoted(origin)}, and here is http://${authority}`)
    }
    return null
  }
}

const isOwnOrigin = (origin: string, authority: string): boolean =>
  origin === `http://${authority}` || origin === `https://${authority}`

const inUrl = (address: string): string => (isIPv6(address) ? `[${address}]` : address)

const quoted = (text: string): string => JSON.stringify(text.slice(0, 200))
