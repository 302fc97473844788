import type { FastifyInstance, FastifySchema } from 'fastify'

export interface CatalogueEntry {
  readonly method: string
  /** Pattern, as Fastify has it: `/swarms/:infoHash`. */
  readonly url: string
  readonly schema: FastifySchema & { readonly operationId?: string; readonly summary?: string }
}

/** The routes there are, noted down as plugins add them. */
export class RouteCatalogue {
  readonly #entries: CatalogueEntry[] = []

  /** To be called before any route is added. */
  watch(app: FastifyInstance): void {
    app.addHook('onRoute', ({ method, url, schema }) => {
      for (const each of [method].flat()) this.#entries.push({ method: each, url, schema: schema ?? {} })
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
