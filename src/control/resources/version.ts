import { Type } from 'typebox'
import { problemResponses } from '../problem.ts'
import type { Resource } from './resource.ts'

const VersionSchema = Type.Object({
  version: Type.String({ description: 'Version of the service.', examples: ['0.1.0'] }),
  runtime: Type.String({ description: 'Version of Node.js that runs it.', examples: ['v24.0.0'] }),
  memberId: Type.String({
    description: 'Id of this peer, kept over restarts.',
    examples: ['6d223864-6a3b-4f2e-9a55-0b1e8f2d7c11'],
  }),
  startedAt: Type.String({
    format: 'date-time',
    description: 'When the service was started. RFC 3339, UTC.',
    examples: ['2026-01-31T09:30:00.000Z'],
  }),
})

export const version: Resource = (app, { service }, done) => {
  app.get(
    '/version',
    {
      config: { scope: 'public' },
      schema: {
        operationId: 'getVersion',
        summary: 'What runs here',
        tags: ['service'],
        response: { 200: VersionSchema, ...problemResponses() },
      },
    },
    () => {
      const { version, memberId, startedAt } = service.identity()
      return { version, runtime: process.version, memberId, startedAt }
    },
  )
  done()
}
