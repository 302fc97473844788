import { type Static, Type } from 'typebox'
import {
  SWARM_STATES,
  SWARM_STATUSES,
  ServiceError,
  type AddResult,
  type PeerService,
  type SwarmView,
} from '../../service/index.ts'
import { TORRENT_MEDIA_TYPE } from '../media-types.ts'
import { pageOf, pageQuery, takePage } from '../page.ts'
import { Problem, problemResponses } from '../problem.ts'
import { INFO_HASH_EXAMPLE, infoHashOf, oneOf, SwarmParams } from '../schema.ts'
import { added, addedResponses } from './added-swarm.ts'
import type { Resource } from './resource.ts'
import { changeSwarm, SwarmChange } from './swarm-change.ts'
import { SwarmSchema } from './swarm-schema.ts'

const TORRENT_LIMIT = 10 * 1024 * 1024

/** One of them. */
const AddByWord = Type.Object(
  {
    path: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 4096,
        description: 'Path of a .torrent below torrents/.',
        examples: ['images/lab-image.torrent'],
      }),
    ),
    magnet: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 16384,
        description:
          'A magnet link (BEP 9), xt=urn:btih:, with dn, tr and x.pe as wanted: the metadata is fetched from peers, and until it is here the state is fetching-metadata.',
        examples: [`magnet:?xt=urn:btih:${INFO_HASH_EXAMPLE}&dn=lab-image.img&x.pe=10.0.0.248:5000`],
      }),
    ),
    name: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 240,
        description:
          'The name of a torrent (its file or folder): the members of the network are asked for it, which takes up to 10 s; it goes on as by a magnet link. A torrent of this name that is here already is the one.',
        examples: ['music.txt'],
      }),
    ),
  },
  { additionalProperties: false, minProperties: 1, maxProperties: 1, examples: [{ path: 'images/lab-image.torrent' }] },
)

const ListQuery = Type.Object(
  {
    ...pageQuery,
    status: Type.Optional(
      oneOf(SWARM_STATUSES, { description: 'Only swarms that this peer has this status in.', examples: ['seeder'] }),
    ),
    state: Type.Optional(oneOf(SWARM_STATES, { description: 'Only swarms in this state.', examples: ['stalled'] })),
    name: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 255,
        description: 'Only swarms with this in their name, in either case.',
        examples: ['image'],
      }),
    ),
  },
  { additionalProperties: false },
)

const RemoveQuery = Type.Object(
  {
    data: Type.Optional(
      oneOf(['keep', 'delete'], {
        default: 'keep',
        description: 'delete: complete files in shareable/ go too. A partial file goes in any case.',
        examples: ['delete'],
      }),
    ),
  },
  { additionalProperties: false },
)

const addSchema = {
  operationId: 'addSwarm',
  summary: 'Add a torrent',
  description:
    'Joins the swarm of a torrent: its bytes, or as JSON where they are. Adding one that is there already changes nothing and answers 200.',
  tags: ['swarms'],
  body: {
    content: {
      [TORRENT_MEDIA_TYPE]: { schema: Type.Unsafe<Uint8Array>({ description: 'The .torrent as it is, ≤ 10 MiB.' }) },
      'application/json': { schema: AddByWord },
    },
  },
  response: {
    ...addedResponses,
    ...problemResponses(
      'invalid-json',
      'invalid-request',
      'torrent-not-found',
      'name-not-found',
      'name-ambiguous',
      'swarm-conflict',
      'body-too-large',
      'unsupported-media-type',
      'invalid-torrent',
      'invalid-magnet',
      'invalid-name',
      'unsupported-torrent',
      'path-outside-torrents',
      'not-ready',
      'storage',
    ),
  },
}

/** In a scope of its own, so that no other route takes the bytes of a torrent. */
const adding: Resource = (app, { service }, done) => {
  app.addContentTypeParser(
    TORRENT_MEDIA_TYPE,
    { parseAs: 'buffer', bodyLimit: TORRENT_LIMIT },
    (_request, body, parsed) => parsed(null, body),
  )
  app.post('/swarms', { config: { scope: 'write' }, schema: addSchema }, async (request, reply) => {
    return added(reply, await add(service, request.body as Uint8Array | Static<typeof AddByWord>))
  })
  done()
}

function add(service: PeerService, body: Uint8Array | Static<typeof AddByWord>): Promise<AddResult> {
  if (body instanceof Uint8Array) return service.addTorrent(body)
  if (body.magnet !== undefined) return addMagnet(service, body.magnet)
  return body.name === undefined ? service.addTorrentFile(body.path ?? '') : addByName(service, body.name)
}

/** The same for a name. */
async function addByName(service: PeerService, name: string): Promise<AddResult> {
  try {
    return await service.addByName(name)
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'invalid-name') throw error
    const faults = [{ in: 'body', pointer: '#/name', detail: error.message } as const]
    throw new Problem(error.code, error.message, { faults })
  }
}

/** What is wrong with a link is said with the field it came in. */
async function addMagnet(service: PeerService, link: string): Promise<AddResult> {
  try {
    return await service.addMagnet(link)
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    if (error.code !== 'invalid-magnet' && error.code !== 'unsupported-torrent') throw error
    const faults = [{ in: 'body', pointer: '#/magnet', detail: error.message } as const]
    throw new Problem(error.code, error.message, { faults })
  }
}

const changing: Resource = (app, { service }, done) => {
  app.patch(
    '/swarms/:infoHash',
    {
      config: { scope: 'write' },
      schema: {
        operationId: 'changeSwarm',
        summary: 'Change a swarm',
        description:
          'Starts or stops it, limits its rates, chooses its files and their order. All is kept over restarts.',
        tags: ['swarms'],
        params: SwarmParams,
        body: SwarmChange,
        response: {
          200: SwarmSchema.ref(),
          ...problemResponses(
            'invalid-json',
            'invalid-request',
            'swarm-not-found',
            'file-not-found',
            'metadata-missing',
            'unsupported-media-type',
            'storage',
          ),
        },
      },
    },
    ({ params, body }) => changeSwarm(service, infoHashOf(params), body),
  )
  app.delete(
    '/swarms/:infoHash',
    {
      config: { scope: 'write' },
      schema: {
        operationId: 'removeSwarm',
        summary: 'Remove a swarm',
        description: 'Leaves the swarm and forgets it. Complete files stay unless data=delete.',
        tags: ['swarms'],
        params: SwarmParams,
        querystring: RemoveQuery,
        response: {
          204: Type.Null({ description: 'It is gone.' }),
          ...problemResponses('invalid-request', 'swarm-not-found', 'storage'),
        },
      },
    },
    async ({ params, query }, reply) => {
      await service.remove(infoHashOf(params), { deleteData: query.data === 'delete' })
      return reply.code(204).send(null)
    },
  )
  done()
}

/** Oldest first. */
const swarmKey = (swarm: SwarmView): string => `${swarm.addedAt} ${swarm.infoHash}`

export const swarms: Resource = (app, options, done) => {
  const { service } = options
  app.register(adding, options)
  app.register(changing, options)
  app.get(
    '/swarms',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'listSwarms',
        summary: 'List swarms',
        description: 'In the order they were added.',
        tags: ['swarms'],
        querystring: ListQuery,
        response: { 200: pageOf(SwarmSchema.ref(), 'A page of swarms.'), ...problemResponses('invalid-request') },
      },
    },
    ({ query }) => {
      const { status, state } = query
      const part = query.name?.toLowerCase()
      const wanted = service.swarms().filter((swarm) => {
        return (
          (status === undefined || swarm.status === status) &&
          (state === undefined || swarm.state === state) &&
          (part === undefined || swarm.name.toLowerCase().includes(part))
        )
      })
      return takePage(wanted, swarmKey, query)
    },
  )
  app.get(
    '/swarms/:infoHash',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'getSwarm',
        summary: 'Show a swarm',
        tags: ['swarms'],
        params: SwarmParams,
        response: { 200: SwarmSchema.ref(), ...problemResponses('invalid-request', 'swarm-not-found') },
      },
    },
    ({ params }) => service.swarm(infoHashOf(params)),
  )
  done()
}
