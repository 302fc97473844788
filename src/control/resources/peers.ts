import { Type } from 'typebox'
import type { PeerView } from '../../service/index.ts'
import { pageOf, PageQuery, takePage } from '../page.ts'
import { parsePeerAddresses } from '../peer-address-list.ts'
import { problemResponses } from '../problem.ts'
import { byteCount, byteRate, component, count, fraction, infoHashOf, oneOf, SwarmParams } from '../schema.ts'
import { ChokeCode, DownloadCode, Slot } from './choker-schema.ts'
import type { Resource } from './resource.ts'

export const PeerSchema = component<PeerView>()(
  'Peer',
  Type.Object(
    {
      address: Type.String({ description: 'The remote end of the socket.', examples: ['10.0.0.251:5000'] }),
      peerId: Type.String({
        pattern: '^[0-9a-f]{40}$',
        description: 'The 20 bytes it calls itself (BEP 20), in hex.',
        examples: ['2d5357303130302d303132333435363738396162'],
      }),
      client: Type.String({
        description:
          'The program, as it says or as its peer id hints; empty when unknown. Show it as text, never as HTML.',
        examples: ['swarmd 0.1.0'],
      }),
      direction: oneOf(['inbound', 'outbound'], {
        description: 'inbound: it connected to us; outbound: we connected to it.',
        examples: ['outbound'],
      }),
      localAddress: Type.String({ description: 'Our end of the socket.', examples: ['10.0.0.248:5001'] }),
      progress: fraction('Part of the pieces that it has, 0 to 1.', 0.75),
      downloadRate: byteRate('Payload from it.', 31457280),
      uploadRate: byteRate('Payload to it.', 10485760),
      downloaded: byteCount('Payload got from it.', 1073741824),
      uploaded: byteCount('Payload given to it.', 536870912),
      amChoking: Type.Boolean({ description: 'We do not give to it now.', examples: [false] }),
      amInterested: Type.Boolean({
        description: 'It has pieces that we want, and it would be asked for them if it unchoked us.',
        examples: [true],
      }),
      peerChoking: Type.Boolean({ description: 'It does not give to us now.', examples: [false] }),
      peerInterested: Type.Boolean({ description: 'It says that it wants pieces of us.', examples: [true] }),
      snubbed: Type.Boolean({ description: 'It owes us blocks for too long.', examples: [false] }),
      slot: Slot('The unchoke slot that it holds; null when it is choked.', 'regular'),
      chokeCode: ChokeCode,
      chokeReason: Type.String({
        description: "The choker's last word about it, in a sentence.",
        examples: ['regular: 2nd of 9 by rate, 3.1 MB/s'],
      }),
      downloadCode: DownloadCode,
      downloadReason: Type.String({
        description: 'Why we get data from it, or do not, in a sentence.',
        examples: ['64 requests in flight, 31.5 MB/s'],
      }),
      requestsInFlight: count('Blocks that we asked of it and wait for.', 128),
      uploadQueue: count('Blocks that it asked of us and waits for.', 16),
      connectedAt: Type.String({
        format: 'date-time',
        description: 'When the connection was made. RFC 3339, UTC.',
        examples: ['2026-01-31T09:30:01.000Z'],
      }),
    },
    { description: 'A peer that is connected in a swarm.' },
  ),
)

const NewPeers = Type.Object(
  {
    addresses: Type.Array(
      Type.String({
        maxLength: 100,
        description: 'IP address and port.',
        examples: ['10.0.0.1:5000', '[fe80::1]:5000'],
      }),
      { minItems: 1, maxItems: 1000, description: 'Where peers of this swarm listen.' },
    ),
  },
  { additionalProperties: false },
)

const AddedPeers = Type.Object({
  added: count('How many were not known before. They are dialled as slots allow.', 2),
})

/** Longest connected first. */
const peerKey = (peer: PeerView): string => `${peer.connectedAt} ${peer.address} ${peer.localAddress}`

export const peers: Resource = (app, { service }, done) => {
  app.addSchema(PeerSchema.schema)
  app.get(
    '/swarms/:infoHash/peers',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'listPeers',
        summary: 'List the connected peers',
        description: 'In the order they connected.',
        tags: ['swarms'],
        params: SwarmParams,
        querystring: PageQuery,
        response: {
          200: pageOf(PeerSchema.ref(), 'A page of peers.'),
          ...problemResponses('invalid-request', 'swarm-not-found'),
        },
      },
    },
    ({ params, query }) => takePage(service.peers(infoHashOf(params)), peerKey, query),
  )
  app.post(
    '/swarms/:infoHash/peers',
    {
      config: { scope: 'write' },
      schema: {
        operationId: 'addPeers',
        summary: 'Add peers to connect to',
        tags: ['swarms'],
        params: SwarmParams,
        body: NewPeers,
        response: {
          202: AddedPeers,
          ...problemResponses(
            'invalid-json',
            'invalid-request',
            'swarm-not-found',
            'unsupported-media-type',
            'invalid-address',
            'swarm-stopped',
            'not-ready',
          ),
        },
      },
    },
    async ({ params, body }, reply) => {
      const added = service.addPeers(infoHashOf(params), parsePeerAddresses(body.addresses))
      return reply.code(202).send({ added })
    },
  )
  done()
}
