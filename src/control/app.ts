import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify'
import type { RequestListener, Server } from 'node:http'
import type { PeerService } from '../service/index.ts'
import { Access, type TokenCheck } from './access.ts'
import { answerProblem, installErrorAnswers, type Log, problemOf } from './error-answers.ts'
import { installEntityTags } from './entity-tags.ts'
import { EventHub } from './events/event-hub.ts'
import { hostGuard } from './host-guard.ts'
import { checkMediaType, installBodyParsers } from './media-types.ts'
import { Exposition } from './metrics/exposition.ts'
import { HttpTimes } from './metrics/http-metrics.ts'
import { ProblemSchema } from './problem.ts'
import { resources } from './resources/index.ts'
import { SwarmSchema } from './resources/swarm-schema.ts'
import { RouteCatalogue } from './route-catalogue.ts'
import { compileValidator, loadCompiler } from './validation.ts'

const BODY_LIMIT = 64 * 1024
const DEFAULT_METRICS_PEERS = 50

type Compilers = NonNullable<NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']>
/** Its type knows Ajv's compilers only; any validator compiler works. */
const buildValidator = (() => compileValidator) as unknown as NonNullable<Compilers['buildValidator']>
/**
 * Fastify would compile a serialiser of each answer's schema, a tenth of a second at each start. Views have the types of their
 * schemas, and the tests compare what is answered with what is declared.
 */
const buildSerializer = (() => () => JSON.stringify) as unknown as NonNullable<Compilers['buildSerializer']>

const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
}

export interface AppOptions {
  readonly service: PeerService
  readonly version: string
  /** The address to be listened on: requests have to name it. */
  readonly host: string
  /** Names that requests may name beside it; asked at each. */
  readonly names?: () => readonly string[]
  /** Without it there are no tokens, and all may be done by whoever can reach the address. */
  readonly access?: { readonly tokens: TokenCheck; readonly required: boolean }
  readonly log: Log
  /** Gets to know the routes. */
  readonly catalogue?: RouteCatalogue
  /** Comes before the routes, to hear of each and describe it. */
  readonly describe?: (app: FastifyInstance) => Promise<void>
  /** How many peers of a swarm have metrics of their own; 0: none. Asked at each scrape. */
  readonly metricsPeers?: () => number
  /** Brings the server that the routes answer for; left out, they answer `inject` only. */
  readonly serverFactory?: (handler: RequestListener) => Server
}

/** All routes, not listening: `inject` works. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const { service, version, host, names, log, catalogue = new RouteCatalogue(), serverFactory } = options
  const guard = hostGuard(host, names)
  const access = new Access({
    ...(options.access ?? { tokens: { check: async () => null }, required: false }),
    now: () => performance.now(),
  })
  const app = Fastify({
    logger: false,
    bodyLimit: BODY_LIMIT,
    ...(serverFactory ? { serverFactory } : {}),
    return503OnClosing: false,
    // Not `setValidatorCompiler`: plugins that add schemas of their own would fall back to Ajv.
    schemaController: { compilersFactory: { buildValidator, buildSerializer } },
    routerOptions: { ignoreTrailingSlash: true },
    // The server's owner answers those.
    clientErrorHandler: () => {},
    frameworkErrors: (error, request, reply) => answerProblem(guard(request) ?? problemOf(error), request, reply),
  })
  app.addHook('onRequest', (request, reply, done) => {
    void reply.headers(securityHeaders)
    done(guard(request) ?? undefined)
  })
  app.addHook('onRequest', async (request) => {
    const refused = (await access.refusal(request)) ?? checkMediaType(request)
    if (refused !== null) throw refused
  })
  app.addHook('preValidation', loadCompiler)
  const times = new HttpTimes()
  app.addHook('onResponse', (request, reply, done) => {
    times.observe(request.method, request.routeOptions.url, reply.statusCode, reply.elapsedTime / 1000)
    done()
  })
  catalogue.watch(app)
  installErrorAnswers(app, catalogue, log)
  installBodyParsers(app)
  installEntityTags(app)
  // Those that several resources use.
  for (const { schema } of [ProblemSchema, SwarmSchema]) app.addSchema(schema)
  await options.describe?.(app)
  const hub = new EventHub(service)
  const counts = { http: times, events: () => hub.counts }
  const exposition = new Exposition(service, counts, options.metricsPeers ?? (() => DEFAULT_METRICS_PEERS))
  for (const resource of resources)
    await app.register(resource, { service, version, exposition, catalogue, access, hub, log })
  return app
}
