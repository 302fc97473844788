import { type Static, Type } from 'typebox'
import type { InfoHash, PeerService, SwarmView } from '../../service/index.ts'
import { problemOf } from '../error-answers.ts'
import { Problem, ProblemSchema, problemResponses, type ProblemView } from '../problem.ts'
import { component, count, INFO_HASH_EXAMPLE, oneOf, type Plain } from '../schema.ts'
import type { Resource } from './resource.ts'
import { changeSwarm, SwarmChange } from './swarm-change.ts'
import { SwarmSchema } from './swarm-schema.ts'

/** Leaving a swarm may take as long as its trackers do to hear goodbye: all of these have to fit into one answer. */
const MOST = 100
/** So many at a time. */
const WIDTH = 32

const Wanted = Type.Object(
  {
    infoHashes: Type.Array(
      Type.String({
        pattern: '^[0-9a-fA-F]{40}$',
        description: 'Info hash of a swarm, in either case.',
        examples: [INFO_HASH_EXAMPLE],
      }),
      { minItems: 1, maxItems: MOST, description: 'The swarms, each by name: there is no word for all of them.' },
    ),
    action: oneOf(['change', 'recheck', 'announce', 'remove'], {
      description: 'What to do with each: as PATCH, POST …/recheck, POST …/announce or DELETE of that swarm alone.',
      examples: ['change'],
    }),
    change: Type.Optional(SwarmChange),
    data: Type.Optional(
      oneOf(['keep', 'delete'], {
        default: 'keep',
        description: 'With the action remove: delete: complete files in shareable/ go too.',
        examples: ['keep'],
      }),
    ),
  },
  { additionalProperties: false },
)
type Action = Static<typeof Wanted>

interface ActionResult {
  readonly infoHash: string
  readonly status: number
  readonly swarm?: SwarmView
  readonly problem?: ProblemView
}

interface ActionsView {
  readonly results: readonly ActionResult[]
  readonly failed: number
}

const ResultSchema = component<ActionResult>()(
  'SwarmActionResult',
  Type.Object(
    {
      infoHash: Type.String({ description: 'The swarm, in lower case.', examples: [INFO_HASH_EXAMPLE] }),
      status: Type.Integer({
        description: 'The HTTP status that the same request for this swarm alone would have been answered with.',
        examples: [200],
      }),
      swarm: Type.Optional(Type.Unsafe<Plain<SwarmView>>(SwarmSchema.ref())),
      problem: Type.Optional(Type.Unsafe<Plain<ProblemView>>(ProblemSchema.ref())),
    },
    {
      description: 'What became of one swarm: the swarm as it is now (but when it is gone), or the problem.',
    },
  ),
)

const ActionsSchema = component<ActionsView>()(
  'SwarmActions',
  Type.Object(
    {
      results: Type.Array(Type.Unsafe<Plain<ActionResult>>(ResultSchema.ref()), {
        description: 'One for each swarm, in the order of the request.',
      }),
      failed: count('How many of them have a problem.', 0),
    },
    { description: 'What became of each.' },
  ),
)

export const swarmActions: Resource = (app, { service }, done) => {
  for (const { schema } of [ResultSchema, ActionsSchema]) app.addSchema(schema)
  app.post(
    '/swarm-actions',
    {
      config: { scope: 'write' },
      schema: {
        operationId: 'actOnSwarms',
        summary: 'Do the same with several swarms',
        description:
          'With those that are named, and no others. Each has its own result: one that fails stops none of the others, ' +
          'and the answer is 200 also when all of them failed.',
        tags: ['swarms'],
        body: Wanted,
        response: {
          200: ActionsSchema.ref(),
          ...problemResponses('invalid-json', 'invalid-request', 'unsupported-media-type', 'body-too-large'),
        },
      },
    },
    async ({ body, id }) => {
      checkParts(body)
      const infoHashes = [...new Set(body.infoHashes.map((text) => text.toLowerCase() as InfoHash))]
      const results: ActionResult[] = []
      const untold = infoHashes.entries()
      const work = async (): Promise<void> => {
        for (const [at, infoHash] of untold) results[at] = await actOn(service, infoHash, body, id)
      }
      await Promise.all(Array.from({ length: WIDTH }, work))
      return { results, failed: results.filter(({ problem }) => problem !== undefined).length }
    },
  )
  done()
}

/** Parts that belong to another action are a mistake, and not to be passed over. */
function checkParts({ action, change, data }: Action): void {
  const wrong = (pointer: string, detail: string): Problem =>
    new Problem('invalid-request', `body ${pointer} ${detail}`, { faults: [{ in: 'body', pointer, detail }] })
  if (action === 'change' && change === undefined) throw wrong('#/change', 'is required with the action change')
  if (action !== 'change' && change !== undefined) throw wrong('#/change', `has no meaning with the action ${action}`)
  if (action !== 'remove' && data !== undefined) throw wrong('#/data', `has no meaning with the action ${action}`)
}

async function actOn(
  service: PeerService,
  infoHash: InfoHash,
  action: Action,
  requestId: string,
): Promise<ActionResult> {
  try {
    return { infoHash, ...(await perform(service, infoHash, action)) }
  } catch (error) {
    const problem = problemOf(error)
    // A fault of ours is for the log, and for the whole request.
    if (problem.code === 'internal-error') throw error
    return { infoHash, status: problem.status, problem: problem.view(`/swarms/${infoHash}`, requestId) }
  }
}

async function perform(
  service: PeerService,
  infoHash: InfoHash,
  { action, change, data }: Action,
): Promise<Omit<ActionResult, 'infoHash'>> {
  switch (action) {
    case 'change':
      return { status: 200, swarm: await changeSwarm(service, infoHash, change ?? {}) }
    case 'recheck':
      return { status: 202, swarm: service.recheck(infoHash) }
    case 'announce':
      service.announce(infoHash)
      return { status: 202, swarm: service.swarm(infoHash) }
    case 'remove':
      await service.remove(infoHash, { deleteData: data === 'delete' })
      return { status: 204 }
  }
}
