import type { FastifyReply } from 'fastify'
import type { AddResult, SwarmView } from '../../service/index.ts'
import { SwarmSchema } from './swarm-schema.ts'

const headers = {
  location: { type: 'string', description: 'Path of the swarm.', examples: ['/swarms/{infoHash}'] },
}

/** Entries for the `response` of a route that adds a swarm. */
export const addedResponses = {
  200: SwarmSchema.ref({ description: 'The swarm was there already.', headers }),
  201: SwarmSchema.ref({ description: 'The swarm is new.', headers }),
}

/** Says where to find it before it is sent. */
export function added(reply: FastifyReply, { created, swarm }: AddResult): SwarmView {
  void reply.code(created ? 201 : 200).header('location', `/swarms/${swarm.infoHash}`)
  return swarm
}
