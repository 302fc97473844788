/**
 * Metrics of each connected peer, of at most so many a swarm: the rest is one line, `peer="other"`. They are gone from
 * the next scrape on when the peer is.
 */
import type { PeerMeasures } from '../../service/index.ts'
import { type Metric, type Sample } from './metric.ts'

export interface MeasuredPeers {
  /** Info hash. */
  readonly swarm: string
  readonly peers: readonly PeerMeasures[]
  /** Those that have no series of their own; null: they come with another batch. */
  readonly others: readonly PeerMeasures[] | null
}

const OTHER = 'other'
const BATCH = 50

/** Those that hold a slot first, then the fastest. */
export function withLimit(swarm: string, peers: readonly PeerMeasures[], limit: number): MeasuredPeers {
  if (peers.length <= limit) return { swarm, peers, others: [] }
  const weight = ({ slot, downloadRate, uploadRate }: PeerMeasures): number =>
    slot === null ? downloadRate + uploadRate : Infinity
  const sorted = [...peers].sort((a, b) => (weight(a) === weight(b) ? 0 : weight(b) - weight(a)))
  return { swarm, peers: sorted.slice(0, limit), others: sorted.slice(limit) }
}

/** In small steps: so many peers at a time, then the others. */
export function* batches({ swarm, peers, others }: MeasuredPeers): Iterable<MeasuredPeers> {
  for (let at = 0; at < peers.length; at += BATCH) yield { swarm, peers: peers.slice(at, at + BATCH), others: null }
  yield { swarm, peers: [], others }
}

type Fields = Readonly<Record<string, number>>

/** Numbers of each peer by one label, and their sum over the others. */
function eachPeer(
  { swarm, peers, others }: MeasuredPeers,
  label: string,
  read: (peer: PeerMeasures) => Fields,
): Sample<number>[] {
  const samples = (peer: string, fields: Fields): Sample<number>[] =>
    Object.entries(fields).map(([word, value]) => [{ swarm, peer, [label]: word }, value] as const)
  const own = peers.flatMap((peer) => samples(peer.address, read(peer)))
  return others ? [...own, ...samples(OTHER, sumOf(others.map(read)))] : own
}

/** The same of one number. */
function onePeer({ swarm, peers, others }: MeasuredPeers, read: (peer: PeerMeasures) => number): Sample<number>[] {
  const own = peers.map((peer) => [{ swarm, peer: peer.address }, read(peer)] as const)
  if (!others || others.length === 0) return own
  return [...own, [{ swarm, peer: OTHER }, others.reduce((sum, peer) => sum + read(peer), 0)]]
}

function sumOf(all: readonly Fields[]): Fields {
  const sums: Record<string, number> = {}
  for (const fields of all) {
    for (const [word, value] of Object.entries(fields)) sums[word] = (sums[word] ?? 0) + value
  }
  return sums
}

/** Those that were there in the last round. */
const ranked = ({ swarm, peers }: MeasuredPeers): MeasuredPeers => ({
  swarm,
  peers: peers.filter(({ rankedRate }) => rankedRate !== null),
  others: null,
})

export const peerMetrics: readonly Metric<MeasuredPeers>[] = [
  {
    name: 'swarmd_peer_rate_bytes_per_second',
    type: 'gauge',
    labels: ['swarm', 'peer', 'direction'],
    help: 'Payload from the peer (download) and to it (upload) over the last 20 s, by the very meter that the choker ranks by.',
    read: (source) =>
      eachPeer(source, 'direction', ({ downloadRate, uploadRate }) => ({ download: downloadRate, upload: uploadRate })),
  },
  {
    name: 'swarmd_peer_payload_bytes_total',
    type: 'counter',
    labels: ['swarm', 'peer', 'direction'],
    help: 'Payload from and to the peer on this connection. Not for other: peers come and go in there.',
    read: (source) =>
      eachPeer({ ...source, others: null }, 'direction', ({ downloaded, uploaded }) => ({
        download: downloaded,
        upload: uploaded,
      })),
  },
  {
    name: 'swarmd_peer_unchoked',
    type: 'gauge',
    labels: ['swarm', 'peer', 'slot'],
    help: 'Whether the peer holds an upload slot of ours, and of which kind; in other, how many do.',
    read: (source) =>
      eachPeer(source, 'slot', ({ slot }) => ({
        regular: Number(slot === 'regular'),
        optimistic: Number(slot === 'optimistic'),
      })),
  },
  {
    name: 'swarmd_peer_choker_reason',
    type: 'gauge',
    labels: ['swarm', 'peer', 'reason'],
    help: 'Always 1, with the last word of the choker on the peer as the reason; in other, how many have that reason.',
    read: (source) => eachPeer(source, 'reason', ({ decision }) => (decision === null ? {} : { [decision]: 1 })),
  },
  {
    name: 'swarmd_peer_choker_rank',
    type: 'gauge',
    labels: ['swarm', 'peer'],
    help: 'Place in the last order of the choker, 1 is best; 0 when the peer was not ranked. Not for other.',
    read: (source) => onePeer({ ...source, others: null }, ({ rank }) => rank),
  },
  {
    name: 'swarmd_peer_ranked_rate_bytes_per_second',
    type: 'gauge',
    labels: ['swarm', 'peer'],
    help: 'The very rate that ranked the peer in the last round of the choker: its rate to us, the most first; while we seed how much of our uplink it has had over the last minutes, the least first. Not for other.',
    read: (source) => onePeer(ranked(source), ({ rankedRate }) => rankedRate ?? 0),
  },
  {
    name: 'swarmd_peer_interested',
    type: 'gauge',
    labels: ['swarm', 'peer'],
    help: 'Whether the peer wants pieces of ours; in other, how many do.',
    read: (source) => onePeer(source, ({ interestedInUs }) => Number(interestedInUs)),
  },
  {
    name: 'swarmd_peer_interesting',
    type: 'gauge',
    labels: ['swarm', 'peer'],
    help: 'Whether we are interested in the peer: it has pieces we want, and would be asked; in other, in how many.',
    read: (source) => onePeer(source, ({ interestingToUs }) => Number(interestingToUs)),
  },
  {
    name: 'swarmd_peer_choking',
    type: 'gauge',
    labels: ['swarm', 'peer'],
    help: 'Whether the peer gives us nothing now; in other, how many do not.',
    read: (source) => onePeer(source, ({ chokingUs }) => Number(chokingUs)),
  },
  {
    name: 'swarmd_peer_snubbing',
    type: 'gauge',
    labels: ['swarm', 'peer'],
    help: 'Whether the peer owes us blocks and has sent none for 20 s; in other, how many.',
    read: (source) => onePeer(source, ({ snubbed }) => Number(snubbed)),
  },
  {
    name: 'swarmd_peer_progress_ratio',
    type: 'gauge',
    labels: ['swarm', 'peer'],
    help: 'Part of the pieces that the peer has, 0 to 1. Not for other.',
    read: (source) => onePeer({ ...source, others: null }, ({ progress }) => progress),
  },
  {
    name: 'swarmd_peer_requests_in_flight',
    type: 'gauge',
    labels: ['swarm', 'peer'],
    help: 'Blocks asked of the peer and not yet here.',
    read: (source) => onePeer(source, ({ requestsInFlight }) => requestsInFlight),
  },
  {
    name: 'swarmd_peer_upload_queue_blocks',
    type: 'gauge',
    labels: ['swarm', 'peer'],
    help: 'Blocks that the peer asked of us and that are not yet on their way.',
    read: (source) => onePeer(source, ({ uploadQueue }) => uploadQueue),
  },
  {
    name: 'swarmd_peer_others',
    type: 'gauge',
    labels: ['swarm'],
    help: 'Connected peers that are summed up in other, as there are more than the limit (metrics-peers).',
    read: ({ swarm, others }) => (others ? [[{ swarm }, others.length]] : []),
  },
]
