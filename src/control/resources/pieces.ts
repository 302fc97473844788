import { Type } from 'typebox'
import type { PiecesView } from '../../service/index.ts'
import { problemResponses } from '../problem.ts'
import { byteCount, component, count, infoHashOf, SwarmParams } from '../schema.ts'
import type { Resource } from './resource.ts'

const PiecesSchema = component<PiecesView>()(
  'Pieces',
  Type.Object(
    {
      total: count('Pieces of the torrent.', 12),
      have: count('Pieces that are here and verified.', 9),
      pieceLength: byteCount('One piece; the last may be shorter.', 262144),
      bitfield: Type.String({
        contentEncoding: 'base64',
        description: 'The pieces that are here: one bit each, piece 0 in the highest bit of the first byte (BEP 3).',
        examples: ['/4A='],
      }),
      availability: Type.Array(Type.Integer({ minimum: 0 }), {
        description: 'For each piece, how many connected peers have it.',
        examples: [[3, 3, 1, 2, 3, 3, 3, 1, 2, 3, 3, 3]],
      }),
      inProgress: Type.Array(
        Type.Object({
          index: count('Number of the piece.', 9),
          blocks: count('Blocks that it has.', 16),
          received: count('Blocks that are here.', 11),
          requested: count('Blocks that are asked for.', 5),
        }),
        { description: 'Pieces of which some blocks are here or asked for.' },
      ),
    },
    { description: 'Which pieces are here, and who has the rest.' },
  ),
)

export const pieces: Resource = (app, { service }, done) => {
  app.addSchema(PiecesSchema.schema)
  app.get(
    '/swarms/:infoHash/pieces',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'getPieces',
        summary: 'Show the pieces',
        description: 'While the state is fetching-metadata nothing is known of them: there are none.',
        tags: ['swarms'],
        params: SwarmParams,
        response: { 200: PiecesSchema.ref(), ...problemResponses('invalid-request', 'swarm-not-found') },
      },
    },
    ({ params }) => service.pieces(infoHashOf(params)),
  )
  done()
}
