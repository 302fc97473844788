/** Metrics of the network around the peer: the membership, the tracker in it and those that it asks, local discovery. */
import type { ServiceMeasures } from '../../service/index.ts'
import { each, type Metric, one } from './metric.ts'

export const networkMetrics: readonly Metric<ServiceMeasures>[] = [
  {
    name: 'swarmd_members',
    type: 'gauge',
    labels: ['state'],
    help: 'Machines of the network as this one knows them: alive, suspect (somebody misses it), gone (in silence, within the last hour), left.',
    read: ({ members }) => each('state', members.states),
  },
  {
    name: 'swarmd_members_linked',
    type: 'gauge',
    labels: [],
    help: 'Members that this one exchanges the membership with directly. 0 with others alive: it hears of nobody.',
    read: ({ members }) => one(members.linked),
  },
  {
    name: 'swarmd_members_links_differing',
    type: 'gauge',
    labels: [],
    help: 'Links whose other end knew something else at its last digest. More than 0 for long: the members do not come to agree.',
    read: ({ members }) => one(members.differing),
  },
  {
    name: 'swarmd_members_changes_total',
    type: 'counter',
    labels: ['change'],
    help: 'Other members that joined, were suspected, refuted it, were given up (gone), or left with a word, as it was learnt here.',
    read: ({ members }) => each('change', members.changes),
  },
  {
    name: 'swarmd_members_digests_total',
    type: 'counter',
    labels: ['result'],
    help: 'Digests of the membership: sent, and heard ones that agreed with our own or differed. News on its way makes some differ.',
    read: ({ members }) => each('result', members.digests),
  },
  {
    name: 'swarmd_members_messages_total',
    type: 'counter',
    labels: ['direction'],
    help: 'Messages about the membership, sent and received.',
    read: ({ members }) => each('direction', members.messages),
  },
  {
    name: 'swarmd_members_message_bytes_total',
    type: 'counter',
    labels: ['direction'],
    help: 'Bytes of the messages about the membership: what it costs to know the network.',
    read: ({ members }) => each('direction', members.bytes),
  },
  {
    name: 'swarmd_lsd_messages_total',
    type: 'counter',
    labels: ['kind'],
    help: 'Local discovery: times that we spoke (sent), and what we heard: of swarms of ours (used), or of no use (ignored). Absent when off.',
    read: ({ lsd }) => (lsd ? each('kind', lsd) : []),
  },
  {
    name: 'swarmd_tracker_announce_seconds',
    type: 'histogram',
    labels: [],
    help: 'From an announce of ours to a tracker to its answer, or to the end of waiting for one.',
    read: ({ announceSeconds }) => [[{}, announceSeconds]],
  },
  {
    name: 'swarmd_tracker_server_requests_total',
    type: 'counter',
    labels: ['transport', 'request'],
    help: 'What came to the tracker in this peer: announces and scrapes; errors were refused with a word, dropped (UDP) without one.',
    read: ({ tracker }) =>
      Object.entries(tracker.requests).flatMap(([transport, requests]) =>
        each('request', requests).map(([labels, value]) => [{ transport, ...labels }, value] as const),
      ),
  },
  {
    name: 'swarmd_tracker_server_swarms',
    type: 'gauge',
    labels: ['kind'],
    help: 'Swarms that the tracker in this peer knows: its own, and those of others that it tracks as a favour (foreign).',
    read: ({ tracker }) => each('kind', { own: tracker.registeredSwarms, foreign: tracker.foreignSwarms }),
  },
  {
    name: 'swarmd_tracker_server_foreign_peers',
    type: 'gauge',
    labels: [],
    help: 'Peers of foreign swarms that the tracker in this peer keeps.',
    read: ({ tracker }) => one(tracker.foreignPeers),
  },
]
