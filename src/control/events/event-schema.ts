import { type TSchema, Type } from 'typebox'
import type { ChokerRecordView, PeerView, SwarmView } from '../../service/index.ts'
import { DecisionSchema, RecordSchema } from '../resources/choker-schema.ts'
import { MemberSchema, MemberSwarmSchema, NetworkSchema } from '../resources/network.ts'
import { PeerSchema } from '../resources/peers.ts'
import { SwarmSchema } from '../resources/swarm-schema.ts'
import { component, INFO_HASH_EXAMPLE, oneOf, type Plain } from '../schema.ts'
import { changesOf, type DescribedMessage, dropped, fieldsOf, numbered, type } from './event-fields.ts'
import {
  eventTopics,
  type HelloMessage,
  type NumberedMessage,
  type PeersMessage,
  type SnapshotMessage,
  statFields,
  type StatsMessage,
  type SwarmChangedMessage,
  type SwarmStats,
} from './event-messages.ts'
import { networkEventSchemas } from './network-event-schema.ts'

const Swarm = Type.Unsafe<Plain<SwarmView>>(SwarmSchema.ref())
const Peer = Type.Unsafe<Plain<PeerView>>(PeerSchema.ref())

const infoHash = Type.String({
  pattern: '^[0-9a-f]{40}$',
  description: 'The swarm.',
  examples: [INFO_HASH_EXAMPLE],
})

const Stats = Type.Unsafe<Plain<SwarmStats>>(Type.Object(fieldsOf(SwarmSchema, ['infoHash', ...statFields])))
const Changes = Type.Unsafe<Plain<SwarmChangedMessage['changes']>>(changesOf(SwarmSchema, 'infoHash'))

const peer = {
  infoHash,
  address: Type.String({ description: 'The remote end of the socket.', examples: ['10.0.0.251:5000'] }),
  localAddress: Type.String({ description: 'Our end of it.', examples: ['10.0.0.248:5001'] }),
  peerId: Type.String({
    pattern: '^[0-9a-f]{40}$',
    description: 'What it calls itself (BEP 20), in hex.',
    examples: ['2d5357303130302d303132333435363738396162'],
  }),
  direction: oneOf(['inbound', 'outbound'], { description: 'Who connected.', examples: ['outbound'] }),
}

const Hello = component<HelloMessage>()(
  'Hello',
  Type.Object(
    {
      type: type('hello'),
      epoch: Type.String({
        description: 'Another one than before the connection was lost: nothing of then counts.',
        examples: ['9f86d081884c7d65'],
      }),
      seq: numbered.seq,
      resumed: Type.Boolean({
        description: 'What was missed follows, and no snapshot.',
        examples: [false],
      }),
      topics: Type.Array(oneOf(eventTopics, { description: 'A topic.', examples: ['swarms'] }), {
        description: 'What this reader hears of.',
      }),
      version: Type.String({ description: 'Version of the service.', examples: ['0.1.0'] }),
      memberId: Type.String({
        description: 'Id of this peer, kept over restarts.',
        examples: ['6d223864-6a3b-4f2e-9a55-0b1e8f2d7c11'],
      }),
    },
    { description: 'Comes first.' },
  ),
)

const Snapshot = component<SnapshotMessage>()(
  'Snapshot',
  Type.Object(
    {
      type: type('snapshot'),
      swarms: Type.Array(Swarm, { description: 'Some of the swarms.' }),
      last: Type.Boolean({ description: 'There is no further part.', examples: [true] }),
    },
    { description: 'All swarms, in parts of at most 100. What is in no part is not there.' },
  ),
)

const StatsSchema = component<StatsMessage>()(
  'Stats',
  Type.Object(
    {
      type: type('stats'),
      seq: numbered.seq,
      swarms: Type.Array(Stats, { description: 'Those whose figures changed.' }),
      dropped,
    },
    { description: 'Once a second, the figures that change all the time. What was left out comes with the next.' },
  ),
)

const Peers = component<PeersMessage>()(
  'Peers',
  Type.Object(
    {
      type: type('peers'),
      infoHash,
      peers: Type.Array(Peer, { description: 'All that are connected now.' }),
    },
    { description: 'Once a second for each swarm that the reader named, with the topic peers.' },
  ),
)

const numberedSchemas = {
  'swarm.added': component<Extract<NumberedMessage, { type: 'swarm.added' }>>()(
    'SwarmAdded',
    Type.Object({ type: type('swarm.added'), ...numbered, swarm: Swarm }, { description: 'A new swarm.' }),
  ),
  'swarm.changed': component<SwarmChangedMessage>()(
    'SwarmChanged',
    Type.Object(
      { type: type('swarm.changed'), ...numbered, infoHash, changes: Changes },
      { description: 'A swarm is in another state, or was changed by somebody.' },
    ),
  ),
  'swarm.removed': component<Extract<NumberedMessage, { type: 'swarm.removed' }>>()(
    'SwarmRemoved',
    Type.Object({ type: type('swarm.removed'), ...numbered, infoHash }, { description: 'A swarm is gone.' }),
  ),
  'swarm.completed': component<Extract<NumberedMessage, { type: 'swarm.completed' }>>()(
    'SwarmCompleted',
    Type.Object(
      {
        type: type('swarm.completed'),
        ...numbered,
        infoHash,
        name: Type.String({
          description: 'File or folder below shareable/. Show it as text, never as HTML.',
          examples: ['lab-image.img'],
        }),
      },
      { description: 'All pieces are verified, and the files are in shareable/.' },
    ),
  ),
  'peer.connected': component<Extract<NumberedMessage, { type: 'peer.connected' }>>()(
    'PeerConnected',
    Type.Object({ type: type('peer.connected'), ...numbered, ...peer }, { description: 'A peer came.' }),
  ),
  'peer.closed': component<Extract<NumberedMessage, { type: 'peer.closed' }>>()(
    'PeerClosed',
    Type.Object(
      {
        type: type('peer.closed'),
        ...numbered,
        ...peer,
        reason: Type.String({ description: 'Why it went, a word for programs.', examples: ['closed-by-peer'] }),
      },
      { description: 'A peer went.' },
    ),
  ),
  'choker.round': component<Extract<NumberedMessage, { type: 'choker.round' }>>()(
    'ChokerRound',
    Type.Object(
      {
        type: type('choker.round'),
        ...numbered,
        infoHash,
        record: Type.Unsafe<Plain<ChokerRecordView>>(RecordSchema.ref()),
      },
      { description: 'The choker decided.' },
    ),
  ),
}

/** Each kind of message, by its `type`. */
export const eventSchemas: Readonly<Record<string, DescribedMessage>> = {
  hello: { schema: Hello.schema, topic: null },
  snapshot: { schema: Snapshot.schema, topic: 'swarms' },
  stats: { schema: StatsSchema.schema, topic: 'stats' },
  peers: { schema: Peers.schema, topic: 'peers' },
  'swarm.added': { schema: numberedSchemas['swarm.added'].schema, topic: 'swarms' },
  'swarm.changed': { schema: numberedSchemas['swarm.changed'].schema, topic: 'swarms' },
  'swarm.removed': { schema: numberedSchemas['swarm.removed'].schema, topic: 'swarms' },
  'swarm.completed': { schema: numberedSchemas['swarm.completed'].schema, topic: 'swarms' },
  'peer.connected': { schema: numberedSchemas['peer.connected'].schema, topic: 'peers' },
  'peer.closed': { schema: numberedSchemas['peer.closed'].schema, topic: 'peers' },
  'choker.round': { schema: numberedSchemas['choker.round'].schema, topic: 'choker' },
  ...networkEventSchemas,
}

/** What the messages are made of beside themselves. */
export const eventParts: readonly TSchema[] = [
  SwarmSchema,
  PeerSchema,
  RecordSchema,
  DecisionSchema,
  NetworkSchema,
  MemberSchema,
  MemberSwarmSchema,
].map(({ schema }) => schema)
