import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import { TICKET_COOKIE } from './content-tickets.ts'

/** Collects the routes that are added after it; `app.swagger()` is the document. */
export async function registerOpenApi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'swarmd',
        version,
        description:
          'The control plane of a BitTorrent peer. Sizes are bytes, rates are bytes per second, times are RFC 3339 ' +
          'in UTC; all numbers stay below 2^53. Errors are application/problem+json (RFC 9457) with a stable `code`.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/', description: 'This peer' }],
      components: {
        securitySchemes: {
          token: {
            type: 'http',
            scheme: 'bearer',
            description:
              'A token of the scope that the operation names, or of one that includes it: write includes read, read ' +
              'includes metrics. Asked for unless the service listens on loopback only.',
          },
          ticket: {
            type: 'apiKey',
            in: 'cookie',
            name: TICKET_COOKIE,
            description: 'Opens one file to a browser, for an hour; createContentTicket sets it.',
          },
        },
      },
      tags: [
        { name: 'choker', description: 'Tit-for-tat: who may download from us, and why.' },
        { name: 'swarms', description: 'The torrents that this peer takes part in.' },
        { name: 'events', description: 'What happens, pushed.' },
        { name: 'network', description: 'The machines that make up the network.' },
        { name: 'service', description: 'The service itself.' },
      ],
    },
    refResolver: { buildLocalReference: (json, _base, _fragment, index) => namedOr(json['$id'], index) },
  })
}

const namedOr = (id: unknown, index: number): string => (typeof id === 'string' ? id : `Schema${index}`)
