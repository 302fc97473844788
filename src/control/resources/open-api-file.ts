import { createReadStream, type ReadStream } from 'node:fs'
import { Type } from 'typebox'
import { problemResponses } from '../problem.ts'
import type { Resource } from './resource.ts'

/** Written by `npm run generate` from the very routes: they need not be described anew at each start. */
const DOCUMENT = new URL('../../../openapi/openapi.json', import.meta.url)

export const openApiFile: Resource = (app, _options, done) => {
  app.get(
    '/openapi.json',
    {
      config: { scope: 'public' },
      schema: {
        operationId: 'getOpenApi',
        summary: 'This description of the API',
        tags: ['service'],
        response: {
          200: Type.Unsafe<ReadStream>({
            type: 'object',
            description: 'An OpenAPI 3.1 document.',
            additionalProperties: true,
          }),
          ...problemResponses(),
        },
      },
    },
    async (_request, reply) => reply.type('application/json').send(createReadStream(DOCUMENT)),
  )
  done()
}
