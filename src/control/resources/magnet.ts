import { Type } from 'typebox'
import { problemResponses } from '../problem.ts'
import { component, INFO_HASH_EXAMPLE, infoHashOf, SwarmParams } from '../schema.ts'
import type { Resource } from './resource.ts'

const MagnetSchema = component<{ readonly magnet: string }>()(
  'Magnet',
  Type.Object(
    {
      magnet: Type.String({
        description:
          'The link (BEP 9): info hash, name, trackers, and this peer (x.pe) unless the torrent is private. All but plain letters is escaped.',
        examples: [`magnet:?xt=urn:btih:${INFO_HASH_EXAMPLE}&dn=lab-image.img&x.pe=10.0.0.248:5000`],
      }),
    },
    { description: 'A torrent as a link.' },
  ),
)

export const magnet: Resource = (app, { service }, done) => {
  app.addSchema(MagnetSchema.schema)
  app.get(
    '/swarms/:infoHash/magnet',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'getMagnet',
        summary: 'Get a magnet link',
        description:
          'To give to others, whatever client they use: POST it to /swarms of another peer. It names the trackers as the .torrent does, with whatever keys are in their URLs.',
        tags: ['swarms'],
        params: SwarmParams,
        response: { 200: MagnetSchema.ref(), ...problemResponses('invalid-request', 'swarm-not-found') },
      },
    },
    ({ params }) => ({ magnet: service.magnet(infoHashOf(params)) }),
  )
  done()
}
