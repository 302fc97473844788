import { Type } from 'typebox'
import type {
  ChokeCode as Choke,
  ChokeDecisionView,
  ChokerRecordView,
  ChokerRoundsView,
  ChokerView,
  ChokeStandingView,
  DownloadCode as Download,
  FairnessView,
} from '../../service/index.ts'
import { byteCount, byteRate, component, count, numberOrNull, oneOf } from '../schema.ts'

const chokeCodes: Record<Choke, string> = {
  regular: 'has a slot by its rank in the last round',
  turn: 'has a slot because it waited longest (we seed)',
  settling: 'got its slot so shortly before the round that it was not judged',
  optimistic: 'has the optimistic slot',
  'free-slot': 'got a slot between rounds, as one was free',
  unused: 'choked: it held a slot and asked for nothing, while others waited',
  outranked: 'choked: others ranked higher in the last round',
  waiting: 'choked: it asked after the last round, and all slots are taken',
  'not-interested': 'choked: it wants none of our pieces',
  seeder: 'choked: it has everything',
  'upload-only': 'choked: it says that it only uploads',
  snubbed: 'choked: it owes us blocks and sends none; only the optimistic draw may pick it',
}

const downloadCodes: Record<Download, string> = {
  complete: 'we have everything',
  'nothing-we-lack': 'it has nothing that we lack',
  snubbed: 'it owes us blocks and sends none',
  choked: 'it chokes us',
  spare: 'we download from as many as we may, and it is not among them',
  downloading: 'requests are in flight',
  'all-asked': 'all that it has is asked of others',
  'gives-way': 'it makes room for another: what it owes still comes',
  'disk-behind': 'our disk is behind, so that we ask for nothing new',
  limited: 'our download limit is used up for the moment',
  metadata: 'the torrent came by a magnet link, and it gives us the metadata',
  'no-metadata': 'the torrent came by a magnet link, and it has no metadata for us',
}

const codesOf = <Code extends string>(meanings: Record<Code, string>): Code[] => Object.keys(meanings) as Code[]
const meaning = (meanings: Record<string, string>): string =>
  Object.entries(meanings)
    .map(([code, text]) => `${code}: ${text}`)
    .join('; ')

export const ChokeCode = oneOf(codesOf(chokeCodes), {
  description: `Why it has a slot, or none. ${meaning(chokeCodes)}.`,
  examples: ['regular'],
})

export const DownloadCode = oneOf(codesOf(downloadCodes), {
  description: `Why we get data from it, or none. ${meaning(downloadCodes)}.`,
  examples: ['downloading'],
})

/** Of upload slots; null: none. */
export const Slot = (description: string, example: ChokeStandingView['slot']) =>
  Type.Unsafe<ChokeStandingView['slot']>({
    type: ['string', 'null'],
    enum: ['regular', 'optimistic', null],
    description,
    examples: [example],
  })

const seconds = (description: string, example: number) =>
  Type.Number({ minimum: 0, description: `${description} Seconds.`, examples: [example] })

const who = {
  address: Type.String({ description: 'The remote end of the socket.', examples: ['10.0.0.251:5000'] }),
  peerId: Type.String({
    pattern: '^[0-9a-f]{40}$',
    description: 'The 20 bytes it calls itself (BEP 20), in hex.',
    examples: ['2d5357303130302d303132333435363738396162'],
  }),
}

const standing = {
  ...who,
  downloadRate: byteRate('Payload from it, over the rolling window.', 3145728),
  uploadRate: byteRate('Payload to it, over the rolling window.', 2097152),
  rankedRate: byteRate(
    'What it is ranked by: its rate to us, the most first; while we seed the rate at which it took over the last minutes, with a slot half of an equal part of the uplink at least, and the least first.',
    3145728,
  ),
  interested: Type.Boolean({ description: 'It wants pieces that we have.', examples: [true] }),
  seeder: Type.Boolean({ description: 'It has all pieces.', examples: [false] }),
  uploadOnly: Type.Boolean({ description: 'It says that it only uploads (BEP 21).', examples: [false] }),
  snubbed: Type.Boolean({ description: 'It owes us blocks for too long.', examples: [false] }),
  unused: Type.Boolean({
    description: 'Since the last round it has held a slot and asked for nothing.',
    examples: [false],
  }),
  freeRides: Type.Boolean({
    description:
      'It has taken 16 MiB more than it paid for, at a twentieth, and chokes us or was asked for more. What it gave before counts for nothing; what it owes is remembered when it comes back.',
    examples: [false],
  }),
  askedInVain: Type.Boolean({
    description:
      'Asked for blocks last, for ten seconds at least, it gave less than 8 KiB/s and owed one for five seconds. If it rides free, that is proof: it gets a hundredth of the uplink.',
    examples: [false],
  }),
  share: Type.Number({
    minimum: 0,
    maximum: 1,
    description:
      'Of our uplink: what it gave of all that those with a slot gave. 0 without a slot; while we seed all are alike.',
    examples: [0.41],
  }),
  shareReason: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    description: 'The same in a sentence; null without a slot, and while we seed.',
    examples: ['share 41 %: it gave 3.1 MB/s of 7.5 MB/s'],
  }),
  sinceSeconds: seconds('How long it has had its slot, or has waited for one.', 12.5),
  connectedSeconds: seconds('How long it is connected.', 95),
  rank: count('1 is the best; 0: not ranked, as it can have no regular slot.', 2),
  slot: Slot('The unchoke slot that it has; null when it is choked.', 'regular'),
  code: ChokeCode,
  reason: Type.String({
    description: 'The same in a sentence, with the numbers of that moment.',
    examples: ['regular: 2nd of 9 by rate, 3.1 MB/s'],
  }),
}

export const DecisionSchema = component<ChokeDecisionView>()(
  'ChokeDecision',
  Type.Object(
    { ...standing, slotBefore: Slot('The slot that it had before.', null) },
    { description: 'What the choker saw of one peer, and what it decided.' },
  ),
)

const indices = {
  given: numberOrNull({
    description:
      "Jain's index (1/n to 1) of the bytes we gave each peer in a second in which it wanted some. 1: all alike. Null when none wanted any.",
    examples: [0.97],
  }),
  reciprocity: numberOrNull({
    description:
      "Jain's index (1/n to 1) of given / got, over the peers that gave us something. 1: each gets in proportion to what it gives. Null when none gave any.",
    examples: [0.88],
  }),
}

export const RecordSchema = component<ChokerRecordView>()(
  'ChokerRecord',
  Type.Object(
    {
      id: count('Counts all records of this swarm since the service began.', 17),
      kind: oneOf(['round', 'lost-slot', 'free-slot'], {
        description:
          'round: all slots decided anew; between rounds, lost-slot: taken from who may not hold one; free-slot: given away.',
        examples: ['round'],
      }),
      round: count('Number of the round, from 1; between rounds the one before.', 9),
      time: Type.String({
        format: 'date-time',
        description: 'When it was decided. RFC 3339, UTC.',
        examples: ['2026-01-31T09:34:30.000Z'],
      }),
      seeding: Type.Boolean({
        description:
          'We had all pieces: ranked by what peers have had lately, the least first; else by what they give us.',
        examples: [false],
      }),
      slots: count('Peers that may be unchoked at any instant.', 4),
      unchoked: count('Peers unchoked after it.', 4),
      fairness: Type.Object(indices, { description: 'How fair it came out so far.' }),
      decisions: Type.Array(DecisionSchema.ref(), {
        description: 'Of every peer that was connected. Between rounds most stand there as they were.',
      }),
    },
    { description: 'A moment at which the choker decided.' },
  ),
)

/** Not a component: its records have arrays of their own. */
export const RoundsSchema = Type.Unsafe<ChokerRoundsView>(
  Type.Object(
    {
      items: Type.Array(RecordSchema.ref(), { description: 'Oldest first.' }),
      lastId: count('Of the newest record there is.', 42),
    },
    { description: 'The decisions kept: the last 200 rounds and what was between, in at most 1 MiB.' },
  ),
)

export const StandingSchema = component<ChokeStandingView>()(
  'ChokeStanding',
  Type.Object(standing, { description: 'How a peer stands with the choker now.' }),
)

export const ChokerSchema = component<ChokerView>()(
  'Choker',
  Type.Object(
    {
      slots: count('Peers that may be unchoked at any instant.', 4),
      optimisticSlots: count('Optimistic slots among them.', 1),
      roundSeconds: seconds('From round to round.', 30),
      optimisticSeconds: seconds('An optimistic turn.', 30),
      unchoked: count('Peers that are unchoked now.', 4),
      uploadState: oneOf(['open', 'choked'], {
        description: 'choked: all slots are taken, so who asks now has to wait.',
        examples: ['choked'],
      }),
      seeding: Type.Boolean({ description: 'We have all pieces.', examples: [false] }),
      round: count('Rounds so far.', 9),
      lastRecordId: count('Of the newest record; what stands here follows from those up to it.', 42),
      nextRoundInSeconds: numberOrNull({
        description: 'Until the next round. Seconds; null before the first is set.',
        examples: [12.5],
      }),
      nextOptimisticInSeconds: numberOrNull({
        description:
          'Until the round that gives the optimistic slot to another, if another waits. Seconds; null when nobody has it.',
        examples: [12.5],
      }),
      ranking: Type.Array(StandingSchema.ref(), {
        description:
          'Every connected peer, ranked by its rate of this moment; slot, code and reason are of the last decision.',
      }),
      sources: Type.Object(
        {
          limit: count('We download from at most so many at once.', 4),
          peers: Type.Array(
            Type.Object({
              ...who,
              downloadRate: byteRate('Payload from it, over the rolling window.', 31457280),
              requestsInFlight: count('Blocks that we asked of it and wait for.', 64),
              sinceSeconds: seconds('How long we have downloaded from it.', 31),
              givesWay: Type.Boolean({
                description: 'It is asked for nothing more, and its place goes to another when all it owes is here.',
                examples: [false],
              }),
              code: DownloadCode,
              reason: Type.String({
                description: 'The same in a sentence.',
                examples: ['64 requests in flight, 31.5 MB/s'],
              }),
            }),
            { description: 'Those that we download from.' },
          ),
        },
        { description: 'The other half of tit-for-tat.' },
      ),
      decisions: Type.Object(
        Object.fromEntries(
          codesOf(chokeCodes).map((code) => [code, count(`Decisions: ${chokeCodes[code]}.`, 3)]),
        ) as Record<Choke, ReturnType<typeof count>>,
        { description: 'Decisions since the swarm was started, by code.' },
      ),
    },
    { description: 'Who may download from us, who is next, and whom we download from.' },
  ),
)

export const FairnessSchema = component<FairnessView>()(
  'Fairness',
  Type.Object(
    {
      ...indices,
      longestWaitSeconds: seconds('Of those that are connected, the longest wait for a slot, over or not.', 61.5),
      peers: Type.Array(
        Type.Object({
          ...who,
          connected: Type.Boolean({ description: 'It is connected now.', examples: [true] }),
          given: byteCount('Payload to it, over this connection.', 536870912),
          got: byteCount('Payload from it.', 1073741824),
          reciprocity: numberOrNull({ description: 'given / got; null when it gave nothing.', examples: [0.5] }),
          firstByteSeconds: numberOrNull({
            description:
              'From its first interest until the first byte of a block left for it. Seconds; null: none yet.',
            examples: [0.004],
          }),
          waitedSeconds: seconds('All its waits for a slot together.', 90),
          longestWaitSeconds: seconds('The longest of them.', 61.5),
          servedSeconds: seconds('With a slot.', 300),
          turns: count('Slots it got.', 3),
        }),
        { description: 'Those that are connected, then those that left, the last one first (200 at most).' },
      ),
    },
    { description: 'What the choker came to: who gave and who was given how much, and how long they waited.' },
  ),
)
