/** Metrics of each swarm. The label `swarm` is the info hash. */
import { SWARM_STATES, SWARM_STATUSES, type SwarmMeasures } from '../../service/index.ts'
import { each, type Metric, one, type Sample, stateOf } from './metric.ts'

type Tracker = SwarmMeasures['trackers'][number]

const eachTracker = (
  { trackers }: SwarmMeasures,
  read: (tracker: Tracker) => readonly Sample<number>[],
): Sample<number>[] =>
  trackers.flatMap((tracker) =>
    read(tracker).map(([labels, value]) => [{ ...labels, tracker: tracker.tracker }, value] as const),
  )

/** Without the label `swarm`, which all of them have. */
const metrics: readonly Metric<SwarmMeasures>[] = [
  {
    name: 'swarmd_swarm_info',
    type: 'gauge',
    labels: ['name'],
    help: 'Always 1: joins the name of a torrent to its info hash.',
    read: ({ swarm }) => [[{ name: swarm.name }, 1]],
  },
  {
    name: 'swarmd_swarm_state',
    type: 'gauge',
    labels: ['state'],
    help: 'What the swarm does: 1 for the state it is in. stalled means that it wants pieces and gets none.',
    read: ({ swarm }) => stateOf('state', SWARM_STATES, swarm.state),
  },
  {
    name: 'swarmd_swarm_status',
    type: 'gauge',
    labels: ['status'],
    help: 'What this peer is to others: 1 for seeder (has all), peer (has some) or leech (has none yet).',
    read: ({ swarm }) => stateOf('status', SWARM_STATUSES, swarm.status),
  },
  {
    name: 'swarmd_swarm_size_bytes',
    type: 'gauge',
    labels: [],
    help: 'Length of the torrent.',
    read: ({ swarm }) => one(swarm.length),
  },
  {
    name: 'swarmd_swarm_left_bytes',
    type: 'gauge',
    labels: [],
    help: 'What is still to be verified; 0 in a seeder. Not falling while seeders exist: look at the choker and the trackers.',
    read: ({ bytesLeft }) => one(bytesLeft),
  },
  {
    name: 'swarmd_swarm_progress_ratio',
    type: 'gauge',
    labels: [],
    help: 'Verified part of the torrent, 0 to 1.',
    read: ({ swarm }) => one(swarm.progress),
  },
  {
    name: 'swarmd_swarm_eta_seconds',
    type: 'gauge',
    labels: [],
    help: 'Until all is here, at the rate of the last 20 s; absent when nothing moves, 0 in a seeder.',
    read: ({ swarm }) => one(swarm.etaSeconds),
  },
  {
    name: 'swarmd_swarm_pieces',
    type: 'gauge',
    labels: ['state'],
    help: 'Pieces that are verified (have), on their way (in-progress) or not begun (missing).',
    read: ({ swarm, picker }) => {
      const { have, total } = swarm.pieces
      const begun = Math.min(picker.inProgress, total - have)
      return each('state', { have, 'in-progress': begun, missing: total - have - begun })
    },
  },
  {
    name: 'swarmd_swarm_rarest_piece_peers',
    type: 'gauge',
    labels: [],
    help: 'Connected peers that have the rarest piece that is wanted and not begun. 0: nobody here can complete the file.',
    read: ({ picker }) => one(picker.rarestAvailability),
  },
  {
    name: 'swarmd_swarm_wanted_pieces',
    type: 'gauge',
    labels: ['peers'],
    help: 'Pieces that are wanted and not begun, by the number of connected peers that have them. Those with 0 nobody here can give.',
    read: ({ picker }) =>
      picker.spread.map((pieces, peers) => {
        const isLast = peers === picker.spread.length - 1
        return [{ peers: isLast ? `${peers} or more` : `${peers}` }, pieces] as const
      }),
  },
  {
    name: 'swarmd_swarm_rate_bytes_per_second',
    type: 'gauge',
    labels: ['direction'],
    help: 'Payload over the last 20 s, as the API shows it; for other windows take rate() of swarmd_swarm_payload_bytes_total.',
    read: ({ swarm }) => each('direction', { download: swarm.downloadRate, upload: swarm.uploadRate }),
  },
  {
    name: 'swarmd_swarm_payload_bytes_total',
    type: 'counter',
    labels: ['direction'],
    help: 'Payload since the swarm was added, over restarts: verified pieces down, block bytes up.',
    read: ({ swarm }) => each('direction', { download: swarm.downloaded, upload: swarm.uploaded }),
  },
  {
    name: 'swarmd_swarm_wasted_bytes_total',
    type: 'counter',
    labels: ['reason'],
    help: 'Block bytes of no use: duplicate (endgame), late (given up), unasked, hash-failed (poison or a bad disk), abandoned.',
    read: ({ waste }) => each('reason', waste),
  },
  {
    name: 'swarmd_swarm_hash_failures_total',
    type: 'counter',
    labels: [],
    help: 'Pieces whose SHA-1 was wrong. Each one is a liar among the peers, or memory that forgets.',
    read: ({ hashFailures }) => one(hashFailures),
  },
  {
    name: 'swarmd_swarm_peers',
    type: 'gauge',
    labels: ['direction'],
    help: 'Connected peers: they connected to us (inbound), or we to them (outbound).',
    read: ({ peers }) => each('direction', { inbound: peers.inbound, outbound: peers.outbound }),
  },
  {
    name: 'swarmd_swarm_peers_known',
    type: 'gauge',
    labels: [],
    help: 'Addresses heard of, connected or not.',
    read: ({ swarm }) => one(swarm.peers.known),
  },
  {
    name: 'swarmd_swarm_peers_learned_total',
    type: 'counter',
    labels: ['source'],
    help: 'Addresses that were new, by where they were heard of first. Only zeros: nobody tells this swarm of anybody.',
    read: ({ learned }) => each('source', learned),
  },
  {
    name: 'swarmd_swarm_pex_messages_total',
    type: 'counter',
    labels: ['direction'],
    help: 'Messages of the peer exchange (BEP 11), sent and received.',
    read: ({ pex }) => each('direction', pex),
  },
  {
    name: 'swarmd_swarm_peers_interested',
    type: 'gauge',
    labels: [],
    help: 'Peers that want pieces of ours: those among whom the choker chooses.',
    read: ({ peers }) => one(peers.interestedInUs),
  },
  {
    name: 'swarmd_swarm_peers_interesting',
    type: 'gauge',
    labels: [],
    help: 'Peers that we are interested in: they have pieces we want, and would be asked if they unchoked us.',
    read: ({ peers }) => one(peers.interestingToUs),
  },
  {
    name: 'swarmd_swarm_peers_choking',
    type: 'gauge',
    labels: [],
    help: 'Peers that give us nothing now. All of them, while pieces are wanted: that is why nothing moves.',
    read: ({ peers }) => one(peers.chokingUs),
  },
  {
    name: 'swarmd_swarm_peers_snubbing',
    type: 'gauge',
    labels: [],
    help: 'Peers that owe us blocks and have sent none for 20 s.',
    read: ({ peers }) => one(peers.snubbing),
  },
  {
    name: 'swarmd_swarm_sources',
    type: 'gauge',
    labels: [],
    help: 'Peers that we send requests to, at most four.',
    read: ({ swarm }) => one(swarm.peers.downloadingFrom),
  },
  {
    name: 'swarmd_swarm_requests_in_flight',
    type: 'gauge',
    labels: [],
    help: 'Blocks asked for and not yet here.',
    read: ({ requests }) => one(requests.inFlight),
  },
  {
    name: 'swarmd_swarm_block_requests_total',
    type: 'counter',
    labels: ['result'],
    help: 'Blocks asked of peers (sent), and of those the ones that a peer refused (rejected) or that we took back (cancelled).',
    read: ({ requests: { sent, rejected, cancelled } }) => each('result', { sent, rejected, cancelled }),
  },
  {
    name: 'swarmd_swarm_upload_queue_blocks',
    type: 'gauge',
    labels: [],
    help: 'Blocks that peers asked of us and that are not yet on their way.',
    read: ({ requests }) => one(requests.uploadQueue),
  },
  {
    name: 'swarmd_swarm_memory_bytes',
    type: 'gauge',
    labels: ['pool'],
    help: 'Memory of the block path: blocks kept for uploads (read-cache), pieces on their way (pieces), buffers to be used again (spare), what peers have not taken yet (sockets).',
    read: ({ memory: { readCache, pieces, spare, sockets } }) =>
      each('pool', { 'read-cache': readCache, pieces, spare, sockets }),
  },
  {
    name: 'swarmd_swarm_unsynced_bytes',
    type: 'gauge',
    labels: [],
    help: 'Verified and written, but not yet safe from a power cut: what a crash now would cost.',
    read: ({ memory }) => one(memory.unsynced),
  },
  {
    name: 'swarmd_choker_slots',
    type: 'gauge',
    labels: ['kind'],
    help: 'Upload slots: regular ones go by rate, optimistic ones by chance. Together the most peers unchoked at any instant.',
    read: ({ choker }) =>
      choker === null
        ? []
        : each('kind', { regular: choker.slots - choker.optimisticSlots, optimistic: choker.optimisticSlots }),
  },
  {
    name: 'swarmd_choker_slots_used',
    type: 'gauge',
    labels: [],
    help: 'Peers unchoked now. Fewer than swarmd_choker_slots while peers are interested should not be seen for long.',
    read: ({ choker }) => one(choker?.slotsUsed),
  },
  {
    name: 'swarmd_choker_rounds_total',
    type: 'counter',
    labels: [],
    help: 'Rounds in which all slots were decided anew, one in 30 s.',
    read: ({ choker }) => one(choker?.rounds),
  },
  {
    name: 'swarmd_choker_decisions_total',
    type: 'counter',
    labels: ['reason'],
    help: 'What the choker said of peers, by reason: regular, turn, optimistic and free-slot gave a slot, the others none.',
    read: ({ choker }) => (choker === null ? [] : each('reason', choker.decisions)),
  },
  {
    name: 'swarmd_choker_wait_seconds',
    type: 'histogram',
    labels: [],
    help: 'How long peers had waited when they were unchoked: from their interest, or from when they were choked.',
    read: ({ choker }) => (choker === null ? [] : [[{}, choker.waits]]),
  },
  {
    name: 'swarmd_choker_fairness_ratio',
    type: 'gauge',
    labels: [],
    help: 'How evenly we gave in the time in which each peer wanted some (Jain, as in GET fairness): 1 all alike, 1/n when one of n got all.',
    read: ({ choker }) => one(choker?.fairness),
  },
  {
    name: 'swarmd_tracker_working',
    type: 'gauge',
    labels: ['tracker'],
    help: 'Whether the last announce to this tracker was answered.',
    read: (swarm) => eachTracker(swarm, ({ working }) => one(working)),
  },
  {
    name: 'swarmd_tracker_announces_total',
    type: 'counter',
    labels: ['tracker', 'result'],
    help: 'Announces of this swarm to a tracker, by what came of them. The tracker is told by host and port only.',
    read: (swarm) => eachTracker(swarm, ({ answered, failed }) => each('result', { answered, failed })),
  },
  {
    name: 'swarmd_tracker_next_announce_timestamp_seconds',
    type: 'gauge',
    labels: ['tracker'],
    help: 'When this tracker is announced to next, Unix time.',
    read: (swarm) => eachTracker(swarm, ({ nextAnnounceAt }) => one(nextAnnounceAt)),
  },
  {
    name: 'swarmd_tracker_peers',
    type: 'gauge',
    labels: ['tracker', 'role'],
    help: 'How many seeders and leechers the tracker says there are. Trackers that differ for long do not agree.',
    read: (swarm) =>
      eachTracker(swarm, ({ seeders, leechers }) => each('role', { seeder: seeders, leecher: leechers })),
  },
]

/** The same for all: whose numbers they are. */
export const swarmMetrics: readonly Metric<SwarmMeasures>[] = metrics.map((metric): Metric<SwarmMeasures> => {
  const labels = ['swarm', ...metric.labels]
  const named = <Value>(source: SwarmMeasures, samples: Iterable<Sample<Value>>): Sample<Value>[] =>
    Array.from(samples, ([own, value]) => [{ swarm: source.swarm.infoHash, ...own }, value] as const)
  return metric.type === 'histogram'
    ? { ...metric, labels, read: (source) => named(source, metric.read(source)) }
    : { ...metric, labels, read: (source) => named(source, metric.read(source)) }
})
