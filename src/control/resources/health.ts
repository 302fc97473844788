import { Type } from 'typebox'
import { problemResponses } from '../problem.ts'
import { oneOf } from '../schema.ts'
import type { Resource } from './resource.ts'

export const health: Resource = (app, _options, done) => {
  app.get(
    '/livez',
    {
      config: { scope: 'public' },
      schema: {
        operationId: 'getLiveness',
        summary: 'Is the process alive?',
        description: 'Answers as long as the process does; it says nothing about swarms.',
        tags: ['service'],
        response: {
          200: Type.Object({ status: oneOf(['ok'], { description: 'Always ok.', examples: ['ok'] }) }),
          ...problemResponses(),
        },
      },
    },
    () => ({ status: 'ok' as const }),
  )
  done()
}
