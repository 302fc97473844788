import { Type } from 'typebox'
import { SWARM_STATES, SWARM_STATUSES, type SwarmView } from '../../service/index.ts'
import {
  byteCount,
  byteRate,
  component,
  count,
  fraction,
  INFO_HASH_EXAMPLE,
  numberOrNull,
  oneOf,
  stringOrNull,
} from '../schema.ts'

const rateLimit = (description: string) =>
  numberOrNull({
    minimum: 0,
    description: `${description} Payload, bytes per second; null: no limit.`,
    examples: [null],
  })

export const SwarmSchema = component<SwarmView>()(
  'Swarm',
  Type.Object(
    {
      infoHash: Type.String({
        pattern: '^[0-9a-f]{40}$',
        description: "SHA-1 of the torrent's info dictionary: the name of the swarm.",
        examples: [INFO_HASH_EXAMPLE],
      }),
      name: Type.String({
        description:
          'File or folder below shareable/; as long as there is no metadata, what the magnet link says, or the info hash. Hostile text: never show it as HTML.',
        examples: ['lab-image.img'],
      }),
      status: oneOf(SWARM_STATUSES, {
        description: 'seeder: has all pieces; peer: has some and wants some; leech: has none yet.',
        examples: ['peer'],
      }),
      state: oneOf(SWARM_STATES, { description: 'What this peer does in the swarm now.', examples: ['downloading'] }),
      stateReason: Type.String({
        description: 'Why it is in this state, in a sentence.',
        examples: ['downloading from 3 of 5 peers'],
      }),
      length: byteCount('All files together; 0 as long as there is no metadata.', 42949672960),
      pieceLength: byteCount('One piece; the last may be shorter. 0 as long as there is no metadata.', 4194304),
      pieces: Type.Object({
        total: count('Pieces of the torrent.', 10240),
        have: count('Pieces that are here and verified.', 5120),
      }),
      progress: fraction('Part of the bytes that is here and verified, 0 to 1.', 0.5),
      downloadRate: byteRate('Payload that comes in.', 104857600),
      uploadRate: byteRate('Payload that goes out.', 52428800),
      downloaded: byteCount('Payload got since the swarm was added.', 21474836480),
      uploaded: byteCount('Payload given since the swarm was added.', 10737418240),
      wasted: byteCount('Payload of no use: duplicates, failed hashes, blocks not asked for.', 16384),
      etaSeconds: numberOrNull({
        description:
          'Until all that is wanted is here. Seconds, smoothed: it runs down like a clock and does not jump. 0 when it is complete, null when nobody knows.',
        examples: [205],
      }),
      uploadState: oneOf(['open', 'choked'], {
        description: 'choked: all unchoke slots are taken, so who asks now has to wait.',
        examples: ['choked'],
      }),
      peers: Type.Object({
        connected: count('Peers with an open connection.', 5),
        unchoked: count('Peers that may download from here.', 4),
        downloadingFrom: count('Peers that are being downloaded from.', 3),
        known: count('Peers whose address is known.', 12),
      }),
      isPrivate: Type.Boolean({ description: 'Peers come from trackers only (BEP 27).', examples: [false] }),
      sequential: Type.Boolean({
        description: 'Pieces come from the first to the last, and not rarest first.',
        examples: [false],
      }),
      downloadLimit: rateLimit('What may come in.'),
      uploadLimit: rateLimit('What may go out.'),
      addedAt: Type.String({
        format: 'date-time',
        description: 'When the swarm was added. RFC 3339, UTC.',
        examples: ['2026-01-31T09:30:00.000Z'],
      }),
      completedAt: stringOrNull({
        format: 'date-time',
        description: 'When the last piece was verified; null while pieces are missing. RFC 3339, UTC.',
        examples: [null],
      }),
    },
    { description: 'A torrent that this peer takes part in.' },
  ),
)
