import { Type } from 'typebox'
import { problemResponses } from '../problem.ts'
import { infoHashOf, SwarmParams } from '../schema.ts'
import {
  ChokerSchema,
  DecisionSchema,
  FairnessSchema,
  RecordSchema,
  RoundsSchema,
  StandingSchema,
} from './choker-schema.ts'
import type { Resource } from './resource.ts'

const RoundsQuery = Type.Object(
  {
    since: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: Number.MAX_SAFE_INTEGER,
        description: 'Only records whose id is greater: give the last one you have. Left out: the newest ones.',
        examples: [17],
      }),
    ),
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 200, default: 20, description: 'At most so many records.', examples: [20] }),
    ),
  },
  { additionalProperties: false },
)

const failures = problemResponses('invalid-request', 'swarm-not-found', 'swarm-stopped', 'not-ready')

export const choker: Resource = (app, { service }, done) => {
  for (const { schema } of [DecisionSchema, RecordSchema, StandingSchema, ChokerSchema, FairnessSchema]) {
    app.addSchema(schema)
  }
  app.get(
    '/swarms/:infoHash/choker',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'getChoker',
        summary: 'Show whom we serve, and why',
        description: 'Tit-for-tat at this moment: slots, countdown, every peer with its rank and reason.',
        tags: ['choker'],
        params: SwarmParams,
        response: { 200: ChokerSchema.ref(), ...failures },
      },
    },
    ({ params }) => service.choker(infoHashOf(params)),
  )
  app.get(
    '/swarms/:infoHash/choker/rounds',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'listChokerRounds',
        summary: 'Show the decisions kept',
        description:
          'The last 200 rounds, and the slots that changed hands between them, with all that was seen and decided. Oldest first; ask again with `since`.',
        tags: ['choker'],
        params: SwarmParams,
        querystring: RoundsQuery,
        response: { 200: RoundsSchema, ...problemResponses('invalid-request', 'swarm-not-found') },
      },
    },
    ({ params, query }) =>
      service.chokerRounds(infoHashOf(params), { since: query.since ?? null, limit: query.limit ?? 20 }),
  )
  app.get(
    '/swarms/:infoHash/fairness',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'getFairness',
        summary: 'Show how fair it came out',
        description: 'Bytes given and got by each peer, waits for a slot, and the indices of Jain over them.',
        tags: ['choker'],
        params: SwarmParams,
        response: { 200: FairnessSchema.ref(), ...failures },
      },
    },
    ({ params }) => service.fairness(infoHashOf(params)),
  )
  done()
}
