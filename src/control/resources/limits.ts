import { Type } from 'typebox'
import type { RateLimits } from '../../service/index.ts'
import { problemResponses } from '../problem.ts'
import { component, numberOrNull } from '../schema.ts'
import type { Resource } from './resource.ts'

const MAX_LIMIT = 2 ** 40

const limit = (description: string) =>
  numberOrNull({
    minimum: 1024,
    maximum: MAX_LIMIT,
    description: `${description} Payload, bytes per second, on average over a second; null: no limit.`,
    examples: [1048576],
  })

/** In a body that changes limits. */
export const limitChanges = {
  downloadLimit: Type.Optional(limit('What may come in.')),
  uploadLimit: Type.Optional(limit('What may go out.')),
}

const LimitsSchema = component<RateLimits>()(
  'Limits',
  Type.Object(
    { downloadLimit: limit('What may come in.'), uploadLimit: limit('What may go out.') },
    { description: 'The limits of all swarms together. Each swarm can have its own beside.' },
  ),
)

export const limits: Resource = (app, { service }, done) => {
  app.addSchema(LimitsSchema.schema)
  app.get(
    '/limits',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'getLimits',
        summary: 'Show the limits of the rates',
        tags: ['service'],
        response: { 200: LimitsSchema.ref(), ...problemResponses() },
      },
    },
    () => service.limits(),
  )
  app.patch(
    '/limits',
    {
      config: { scope: 'write' },
      schema: {
        operationId: 'changeLimits',
        summary: 'Change the limits of the rates',
        description: 'For all swarms together; at once, and kept over restarts.',
        tags: ['service'],
        body: Type.Object(limitChanges, { additionalProperties: false, minProperties: 1 }),
        response: {
          200: LimitsSchema.ref(),
          ...problemResponses('invalid-json', 'invalid-request', 'unsupported-media-type', 'storage'),
        },
      },
    },
    ({ body }) => service.changeLimits(body),
  )
  done()
}
