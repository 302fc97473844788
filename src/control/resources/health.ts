import { Type } from 'typebox'
import { problemResponses } from '../problem.ts'
import { oneOf } from '../schema.ts'
import type { Resource } from './resource.ts'

const Readiness = (description: string) =>
  Type.Object(
    {
      ready: Type.Boolean({ description: 'All checks are right.', examples: [true] }),
      checks: Type.Array(
        Type.Object({
          name: Type.String({ description: 'What was looked at.', examples: ['state'] }),
          ok: Type.Boolean({ description: 'It is right.', examples: [true] }),
          detail: Type.String({ description: 'In words.', examples: ['/srv/swarmd/.swarmd can be written'] }),
        }),
        { description: 'One by one.' },
      ),
    },
    { description },
  )

export const health: Resource = (app, { service }, done) => {
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
  app.get(
    '/readyz',
    {
      config: { scope: 'public' },
      schema: {
        operationId: 'getReadiness',
        summary: 'Is the service ready?',
        description: 'Peers can come, and the state can be written. Answers 503 with what is wrong when one is not so.',
        tags: ['service'],
        response: {
          200: Readiness('All is right.'),
          503: Readiness('At least one check failed.'),
          ...problemResponses(),
        },
      },
    },
    async (_request, reply) => {
      const checks = await service.readiness()
      const ready = checks.every(({ ok }) => ok)
      return reply.code(ready ? 200 : 503).send({ ready, checks })
    },
  )
  done()
}
