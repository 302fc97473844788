import { Type } from 'typebox'
import type { MemberView, NetworkView } from '../../service/index.ts'
import { MemberSchema, NetworkSchema } from '../resources/network.ts'
import { component, type Plain } from '../schema.ts'
import { changesOf, type DescribedMessage, dropped, fieldsOf, numbered, type } from './event-fields.ts'
import {
  type MemberAddedMessage,
  type MemberChangedMessage,
  type MemberRemovedMessage,
  memberStatFields,
  type MemberStats,
  type NetworkChangedMessage,
  type NetworkSnapshotMessage,
  type NetworkStatsMessage,
} from './event-messages.ts'

const Member = Type.Unsafe<Plain<MemberView>>(MemberSchema.ref())
const Network = Type.Unsafe<Plain<NetworkView>>(NetworkSchema.ref())
const MemberChanges = Type.Unsafe<Plain<MemberChangedMessage['changes']>>(changesOf(MemberSchema, 'memberId'))
const NetworkChanges = Type.Unsafe<Plain<NetworkChangedMessage['changes']>>(changesOf(NetworkSchema, null))
const Stats = Type.Unsafe<Plain<MemberStats>>(Type.Object(fieldsOf(MemberSchema, ['memberId', ...memberStatFields])))

const memberId = Type.String({
  description: 'The member.',
  examples: ['6d223864-6a3b-4f2e-9a55-0b1e8f2d7c11'],
})

const snapshot = component<NetworkSnapshotMessage>()(
  'NetworkSnapshot',
  Type.Object(
    {
      type: type('network.snapshot'),
      network: Network,
      members: Type.Array(Member, { description: 'Some of the members.' }),
      last: Type.Boolean({ description: 'There is no further part.', examples: [true] }),
    },
    {
      description:
        'This member and all machines of the network, in parts of at most 100. Who is in no part is not there.',
    },
  ),
)

const stats = component<NetworkStatsMessage>()(
  'NetworkStats',
  Type.Object(
    {
      type: type('network.stats'),
      seq: numbered.seq,
      members: Type.Array(Stats, { description: 'Those whose figures changed.' }),
      dropped,
    },
    {
      description:
        'Once a second, what changes all the time. That a member was heard of comes every 5 seconds, or with what else is new.',
    },
  ),
)

const added = component<MemberAddedMessage>()(
  'MemberAdded',
  Type.Object({ type: type('member.added'), ...numbered, member: Member }, { description: 'A machine joined.' }),
)

const changed = component<MemberChangedMessage>()(
  'MemberChanged',
  Type.Object(
    { type: type('member.changed'), ...numbered, memberId, changes: MemberChanges },
    { description: 'A machine is in another state, as when it left or is missed, or has other addresses.' },
  ),
)

const removed = component<MemberRemovedMessage>()(
  'MemberRemoved',
  Type.Object(
    { type: type('member.removed'), ...numbered, memberId },
    { description: 'A machine that was gone for long is forgotten.' },
  ),
)

const network = component<NetworkChangedMessage>()(
  'NetworkChanged',
  Type.Object(
    { type: type('network.changed'), ...numbered, changes: NetworkChanges },
    { description: 'This member has other addresses, tracker URLs or links, or the number of members changed.' },
  ),
)

/** Messages of the topic network, by their `type`. */
export const networkEventSchemas: Readonly<Record<string, DescribedMessage>> = {
  'network.snapshot': { schema: snapshot.schema, topic: 'network' },
  'network.stats': { schema: stats.schema, topic: 'network' },
  'network.changed': { schema: network.schema, topic: 'network' },
  'member.added': { schema: added.schema, topic: 'network' },
  'member.changed': { schema: changed.schema, topic: 'network' },
  'member.removed': { schema: removed.schema, topic: 'network' },
}
