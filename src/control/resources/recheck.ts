import { problemResponses } from '../problem.ts'
import { infoHashOf, SwarmParams } from '../schema.ts'
import type { Resource } from './resource.ts'
import { SwarmSchema } from './swarm-schema.ts'

export const recheck: Resource = (app, { service }, done) => {
  app.post(
    '/swarms/:infoHash/recheck',
    {
      config: { scope: 'write' },
      schema: {
        operationId: 'recheckSwarm',
        summary: 'Read all pieces back',
        description:
          'Leaves the swarm, compares every piece on disk with its hash, and joins again with what is right.',
        tags: ['swarms'],
        params: SwarmParams,
        response: {
          202: SwarmSchema.ref({ description: 'It began; the state is checking soon.' }),
          ...problemResponses('invalid-request', 'swarm-not-found', 'swarm-stopped', 'metadata-missing'),
        },
      },
    },
    async ({ params }, reply) => reply.code(202).send(service.recheck(infoHashOf(params))),
  )
  done()
}
