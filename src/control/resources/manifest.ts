import { Type } from 'typebox'
import { MANIFEST_LIMITS, type ManifestView } from '../../service/index.ts'
import { Problem, problemResponses } from '../problem.ts'
import { byteCount, component, count, INFO_HASH_EXAMPLE, infoHashOf, numberOrNull, SwarmParams } from '../schema.ts'
import type { Resource } from './resource.ts'

const ManifestSchema = component<ManifestView>()(
  'Manifest',
  Type.Object(
    {
      name: Type.String({
        description: 'Name of the torrent: a file or folder below shareable/. Hostile text: never show it as HTML.',
        examples: ['music.txt'],
      }),
      length: byteCount('All pieces together.', 600000),
      pieceLength: byteCount('One piece; the last may be shorter.', 262144),
      pieceCount: count('Pieces of the torrent.', 3),
      infoHash: Type.String({
        pattern: '^[0-9a-f]{40}$',
        description: 'The name of the swarm. All that is said here is worth no more than what this hash proves.',
        examples: [INFO_HASH_EXAMPLE],
      }),
      isPrivate: Type.Boolean({
        description: 'Only its trackers name peers (BEP 27): its manifest is not given to other machines.',
        examples: [false],
      }),
      pieces: Type.Array(
        Type.Object({
          number: Type.Integer({
            minimum: 1,
            description: 'Number of the piece, from 1: one more than its index elsewhere.',
            examples: [1],
          }),
          name: Type.String({
            description: 'The name of the torrent, a dot, and the number. Hostile text.',
            examples: ['music.txt.1'],
          }),
          length: byteCount('The piece.', 262144),
          sha1: Type.String({
            pattern: '^[0-9a-f]{40}$',
            description: 'SHA-1 of the piece.',
            examples: ['a9993e364706816aba3e25717850c26c9cd0d89d'],
          }),
          holders: Type.Array(
            Type.String({ description: 'Where it lets peers in.', examples: ['10.0.0.248:5000', '[fd00::1]:5000'] }),
            {
              description: `Who has it: this peer, connected ones that told where they let peers in, and members of the network that have all; ${MANIFEST_LIMITS.holders} at most.`,
              examples: [['10.0.0.248:5000', '10.0.0.251:5000']],
            },
          ),
        }),
        { description: 'A run of the pieces, in order.' },
      ),
      nextPiece: numberOrNull({
        description: 'Give it as `from` to get the pieces after these; null when there are none.',
        examples: [null],
      }),
    },
    { description: 'What a torrent is made of, and who has which piece of it.' },
  ),
)

const ManifestQuery = Type.Object(
  {
    from: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1048576,
        default: 1,
        description: 'Number of the first piece wanted.',
        examples: [1],
      }),
    ),
    count: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MANIFEST_LIMITS.pieces,
        default: MANIFEST_LIMITS.pieces,
        description: 'Pieces at most.',
        examples: [MANIFEST_LIMITS.pieces],
      }),
    ),
  },
  { additionalProperties: false },
)

export const manifest: Resource = (app, { service }, done) => {
  app.addSchema(ManifestSchema.schema)
  app.get(
    '/swarms/:infoHash/manifest',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'getManifest',
        summary: 'Show the manifest',
        description:
          'The pieces with their hashes, and the addresses that hold each. The same is told to other machines that ask for the torrent by its name, at GET /manifests/{name} of the peer port, unless it is private or stopped.',
        tags: ['swarms'],
        params: SwarmParams,
        querystring: ManifestQuery,
        response: {
          200: ManifestSchema.ref(),
          ...problemResponses('invalid-request', 'swarm-not-found', 'metadata-missing'),
        },
      },
    },
    ({ params, query }) => {
      const infoHash = infoHashOf(params)
      const { from = 1, count: most = MANIFEST_LIMITS.pieces } = query
      const found = service.manifest(infoHash, { from, count: most })
      if (found.pieces.length > 0) return found
      const detail = `is more than the ${found.pieceCount} pieces that there are`
      throw new Problem('invalid-request', `query: from ${detail}`, {
        faults: [{ in: 'query', pointer: '#/from', detail }],
      })
    },
  )
  done()
}
