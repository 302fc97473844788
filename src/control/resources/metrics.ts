import { Readable } from 'node:stream'
import { Type } from 'typebox'
import { METRICS_MEDIA_TYPE } from '../metrics/exposition.ts'
import { problemResponses } from '../problem.ts'
import type { Resource } from './resource.ts'

export const metrics: Resource = (app, { exposition }, done) => {
  app.get(
    '/metrics',
    {
      config: { scope: 'metrics' },
      schema: {
        operationId: 'getMetrics',
        summary: 'Metrics for Prometheus',
        description:
          'All metrics in the text format of Prometheus, version 0.0.4. openapi/metrics.md lists each with its help. ' +
          'Peers are named by the remote end of their socket; above the limit of a swarm (metrics-peers) the rest is ' +
          'summed as peer="other".',
        tags: ['service'],
        response: {
          200: {
            description: 'The metrics of this moment.',
            content: {
              'text/plain': {
                schema: Type.Unsafe<Readable>({
                  type: 'string',
                  examples: ['swarmd_choker_slots_used{swarm="0123456789abcdef0123456789abcdef01234567"} 3'],
                }),
              },
            },
          },
          ...problemResponses(),
        },
      },
    },
    async (_request, reply) => reply.type(METRICS_MEDIA_TYPE).send(Readable.from(await exposition.scrape())),
  )
  done()
}
