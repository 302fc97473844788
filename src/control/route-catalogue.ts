import type { FastifyInstance, FastifySchema } from 'fastify'
import type { RouteScope } from './access.ts'
import { problemResponses } from './problem.ts'

export interface CatalogueEntry {
  readonly method: string
  /** Pattern, as Fastify has it: `/swarms/:infoHash`. */
  readonly url: string
  readonly scope: RouteScope
  readonly schema: FastifySchema & { readonly operationId?: string; readonly summary?: string }
}

/** What any route may answer. */
const guarded = problemResponses('wrong-host', 'foreign-origin')
/** What one that asks for a token may answer. */
const refusals = problemResponses(
  'wrong-host',
  'foreign-origin',
  'token-missing',
  'token-invalid',
  'scope-missing',
  'too-many-attempts',
)

/** The routes there are, noted down as plugins add them. */
export class RouteCatalogue {
  readonly #entries: CatalogueEntry[] = []

  /** To be called before any route is added. A route that does not say who may use it is not taken. */
  watch(app: FastifyInstance): void {
    app.addHook('onRoute', (route) => {
      const { method, url, config, schema = {} } = route
      const scope = config?.scope
      if (scope === undefined) {
        throw new Error(`${String(method)} ${url} has no scope; give it config: { scope: 'read' } or another`)
      }
      route.schema = { ...schema, ...describeAccess(scope, schema, config?.takesTicket === true) }
      for (const each of [method].flat()) this.#entries.push({ method: each, url, scope, schema: route.schema })
    })
  }

  get entries(): readonly CatalogueEntry[] {
    return this.#entries
  }

  /** What a path may be asked for; nothing when no route has it. */
  methodsOf(path: string): string[] {
    const wanted = segments(path)
    const methods = this.#entries.filter(({ url }) => {
      const pattern = segments(url)
      return (
        pattern.length === wanted.length && pattern.every((part, at) => part.startsWith(':') || part === wanted[at])
      )
    })
    return [...new Set(methods.map(({ method }) => method))].sort()
  }
}

const segments = (path: string): string[] => path.replace(/\/$/, '').split('/')

function describeAccess(scope: RouteScope, { response }: FastifySchema, takesTicket: boolean): object {
  if (scope === 'public') return { security: [], response: { ...guarded, ...(response as object | undefined) } }
  // The second: on loopback nobody is asked.
  const security = [{ token: [scope] }, ...(takesTicket ? [{ ticket: [] }] : []), {}]
  return { security, response: { ...refusals, ...(response as object | undefined) } }
}
