import { Type } from 'typebox'
import { problemResponses } from '../problem.ts'
import { added, addedResponses } from './added-swarm.ts'
import type { Resource } from './resource.ts'

const PIECE_LENGTHS = Array.from({ length: 11 }, (_, power) => 16384 * 2 ** power)

const NewTorrent = Type.Object(
  {
    name: Type.String({
      minLength: 1,
      maxLength: 255,
      description: 'Name of a file or folder right in shareable/. The torrent gets this name.',
      examples: ['lab-image.img'],
    }),
    pieceLength: Type.Optional(
      Type.Unsafe<number>({
        type: 'integer',
        enum: PIECE_LENGTHS,
        description: 'Bytes, a power of two. If left out, such that there are 1000 to 2000 pieces.',
        examples: [4194304],
      }),
    ),
    private: Type.Optional(
      Type.Boolean({ default: false, description: 'Peers come from trackers only (BEP 27).', examples: [false] }),
    ),
    comment: Type.Optional(Type.String({ maxLength: 1000, description: 'For people.', examples: ['autumn term'] })),
    trackers: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 2048, examples: ['http://10.0.0.251:5000/announce'] }), {
        maxItems: 50,
        description: 'Announce URLs beside that of this peer, which comes first.',
      }),
    ),
  },
  { additionalProperties: false },
)

export const torrents: Resource = (app, { service }, done) => {
  app.post(
    '/torrents',
    {
      config: { scope: 'write' },
      schema: {
        operationId: 'createTorrent',
        summary: 'Make a torrent and seed it',
        description:
          'Reads the file or folder, makes a .torrent of it that announces this peer, and adds it. Answers when it is read; ' +
          'the .torrent is at /swarms/{infoHash}/metainfo.',
        tags: ['swarms'],
        body: NewTorrent,
        response: {
          ...addedResponses,
          ...problemResponses(
            'invalid-json',
            'invalid-request',
            'file-not-found',
            'swarm-conflict',
            'unsupported-media-type',
            'unshareable',
            'not-ready',
            'storage',
          ),
        },
      },
    },
    async ({ body }, reply) => {
      const { private: isPrivate, ...wish } = body
      return added(reply, await service.makeTorrent({ ...wish, ...(isPrivate !== undefined && { isPrivate }) }))
    },
  )
  done()
}
