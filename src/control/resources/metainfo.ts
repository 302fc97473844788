import { Type } from 'typebox'
import { TORRENT_MEDIA_TYPE } from '../media-types.ts'
import { problemResponses } from '../problem.ts'
import { infoHashOf, SwarmParams } from '../schema.ts'
import type { Resource } from './resource.ts'

export const metainfo: Resource = (app, { service }, done) => {
  app.get(
    '/swarms/:infoHash/metainfo',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'getMetainfo',
        summary: 'Get the .torrent',
        description:
          'Byte for byte as it was added; of a magnet link, made of what its peers gave, which is compared with the info hash.',
        tags: ['swarms'],
        params: SwarmParams,
        response: {
          200: {
            description: 'The .torrent.',
            content: {
              [TORRENT_MEDIA_TYPE]: { schema: Type.Unsafe<Uint8Array>({ description: 'Bencoded (BEP 3).' }) },
            },
          },
          ...problemResponses('invalid-request', 'swarm-not-found', 'metadata-missing'),
        },
      },
    },
    async ({ params }, reply) => {
      const infoHash = infoHashOf(params)
      const bytes = Buffer.from(service.metainfo(infoHash))
      // Not under the name in the torrent: that is hostile text, and this is a file name for somebody's machine.
      return reply
        .header('content-disposition', `attachment; filename="${infoHash}.torrent"`)
        .type(TORRENT_MEDIA_TYPE)
        .send(bytes)
    },
  )
  done()
}
