import { Type } from 'typebox'
import {
  SWARM_STATES,
  SWARM_STATUSES,
  type MemberSwarmView,
  type MemberView,
  type NetworkView,
} from '../../service/index.ts'
import { pageOf, pageQuery, takePage } from '../page.ts'
import { problemResponses } from '../problem.ts'
import {
  byteRate,
  component,
  count,
  fraction,
  INFO_HASH_EXAMPLE,
  numberOrNull,
  oneOf,
  type Plain,
  stringOrNull,
} from '../schema.ts'
import type { Resource } from './resource.ts'

const memberStandings = ['alive', 'suspect', 'gone'] as const

const memberId = (description: string) =>
  Type.String({ description, examples: ['6d223864-6a3b-4f2e-9a55-0b1e8f2d7c11'] })
const time = (description: string) =>
  Type.String({
    format: 'date-time',
    description: `${description} RFC 3339, UTC.`,
    examples: ['2026-01-31T09:30:00.000Z'],
  })
const addresses = Type.Array(Type.String(), {
  description: 'IP addresses at which others reach it.',
  examples: [['10.0.0.248']],
})
const peerPort = Type.Integer({ description: 'Port for peers and tracker requests.', examples: [5000] })
const apiPort = Type.Integer({ description: 'Port of its API; 0 when it tells none.', examples: [5080] })
const machineName = Type.String({ description: 'Name of the machine, as it says.', examples: ['lab-7'] })

export const NetworkSchema = component<NetworkView>()(
  'Network',
  Type.Object(
    {
      memberId: memberId('Id of this peer in the network, kept over restarts.'),
      name: machineName,
      version: Type.String({ description: 'Version of the service.', examples: ['0.1.0'] }),
      startedAt: time('When the service was started.'),
      addresses,
      peerPort,
      apiPort,
      trackers: Type.Array(Type.String(), {
        description: 'Announce URLs of the tracker in this peer, for torrents and other clients.',
        examples: [['http://10.0.0.248:5000/announce', 'udp://10.0.0.248:5000']],
      }),
      members: Type.Object({
        alive: count('Members that are there, this one among them.', 60),
        suspect: count('Members that somebody misses.', 0),
        gone: count('Members that left within the last minute, or were lost within the last hour.', 1),
      }),
      linked: count('Members that this one exchanges the membership with directly.', 8),
    },
    { description: 'This peer as a member of the network.' },
  ),
)

export const MemberSwarmSchema = component<MemberSwarmView>()(
  'MemberSwarm',
  Type.Object({
    infoHash: Type.String({ description: 'Info hash of the swarm.', examples: [INFO_HASH_EXAMPLE] }),
    name: stringOrNull({
      description: 'Name of the torrent; null when the peer that you ask is not in this swarm.',
      examples: ['lab-image.img'],
    }),
    status: oneOf(SWARM_STATUSES, {
      description: 'seeder: has all pieces; peer: has some and wants some; leech: has none yet.',
      examples: ['peer'],
    }),
    state: oneOf(SWARM_STATES, { description: 'What it does in the swarm.', examples: ['downloading'] }),
    progress: fraction('Part of the bytes that it has, 0 to 1.', 0.5),
    downloadRate: byteRate('Payload that it gets.', 104857600),
    uploadRate: byteRate('Payload that it gives.', 52428800),
    etaSeconds: numberOrNull({
      description: 'Seconds until it has all, by its own reckoning; null when that is not known.',
      examples: [205],
    }),
    isStuck: Type.Boolean({ description: 'It is not complete and does not get on.', examples: [false] }),
  }),
)

export const MemberSchema = component<MemberView>()(
  'Member',
  Type.Object(
    {
      memberId: memberId('Its id in the network.'),
      name: machineName,
      state: oneOf(memberStandings, {
        description:
          'alive: it is there; suspect: a member can not reach it, which it may refute; gone: it left, or nobody can reach it.',
        examples: ['alive'],
      }),
      stateReason: Type.String({
        description: 'Why it is in this state, in a sentence.',
        examples: ['heard of, and nobody misses it'],
      }),
      hasLeft: Type.Boolean({
        description: 'It said so before it went; one that is gone without a word is missed.',
        examples: [false],
      }),
      isSelf: Type.Boolean({ description: 'It is the peer that you ask.', examples: [false] }),
      isLinked: Type.Boolean({ description: 'It is heard directly, not through others.', examples: [true] }),
      addresses,
      peerPort,
      apiPort,
      version: Type.String({
        description: 'The program, as it says. Show it as text, never as HTML.',
        examples: ['swarmd 0.1.0'],
      }),
      lastHeardAt: time('When a word of it last came, directly or through others.'),
      stateSince: time('Since when it is in this state.'),
      swarms: Type.Array(Type.Unsafe<Plain<MemberSwarmView>>(MemberSwarmSchema.ref()), {
        description: 'Its swarms; private ones are never told.',
      }),
      swarmsOmitted: count('Swarms that it is in beside these.', 0),
    },
    { description: 'A machine of the network.' },
  ),
)

const MembersQuery = Type.Object(
  {
    ...pageQuery,
    state: Type.Optional(oneOf(memberStandings, { description: 'Only members in this state.', examples: ['alive'] })),
  },
  { additionalProperties: false },
)

export const network: Resource = (app, { service }, done) => {
  app.addSchema(NetworkSchema.schema)
  app.addSchema(MemberSwarmSchema.schema)
  app.addSchema(MemberSchema.schema)
  app.get(
    '/network',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'getNetwork',
        summary: 'Show this member of the network',
        tags: ['network'],
        response: { 200: NetworkSchema.ref(), ...problemResponses() },
      },
    },
    () => service.network(),
  )
  app.get(
    '/network/members',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'listMembers',
        summary: 'List all machines of the network',
        description: 'Every member has the same list. In the order of their ids.',
        tags: ['network'],
        querystring: MembersQuery,
        response: { 200: pageOf(MemberSchema.ref(), 'A page of members.'), ...problemResponses('invalid-request') },
      },
    },
    ({ query }) => {
      const wanted = service.members().filter(({ state }) => query.state === undefined || state === query.state)
      return takePage(wanted, (member) => member.memberId, query)
    },
  )
  done()
}
