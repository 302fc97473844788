import { Type } from 'typebox'
import { problemResponses } from '../problem.ts'
import type { Resource } from './resource.ts'

export const openApiFile: Resource = (app, _options, done) => {
  let text: string | undefined
  app.get(
    '/openapi.json',
    {
      config: { scope: 'public' },
      schema: {
        operationId: 'getOpenApi',
        summary: 'This description of the API',
        tags: ['service'],
        response: {
          200: Type.Unsafe<string>({
            type: 'object',
            description: 'An OpenAPI 3.1 document.',
            additionalProperties: true,
          }),
          ...problemResponses(),
        },
      },
    },
    async (_request, reply) => {
      text ??= JSON.stringify(app.swagger())
      return reply.type('application/json').send(text)
    },
  )
  done()
}
