/** Metrics of the service as a whole: sockets, the disk, the event loop. */
import type { ServiceMeasures } from '../../service/index.ts'
import { each, type Metric, one } from './metric.ts'

const disk = ({ disk }: ServiceMeasures): ServiceMeasures['disk'] => disk

export const serviceMetrics: readonly Metric<ServiceMeasures>[] = [
  {
    name: 'swarmd_build_info',
    type: 'gauge',
    labels: ['version', 'runtime'],
    help: 'Always 1: the version of swarmd, and of the Node.js that runs it.',
    read: ({ identity }) => [[{ version: identity.version, runtime: process.version }, 1]],
  },
  {
    name: 'swarmd_member_info',
    type: 'gauge',
    labels: ['member', 'peer_port'],
    help: 'Always 1: who this is. The member id is kept over restarts.',
    read: ({ identity }) => [[{ member: identity.memberId, peer_port: String(identity.peerPort) }, 1]],
  },
  {
    name: 'swarmd_start_timestamp_seconds',
    type: 'gauge',
    labels: [],
    help: 'When the service was started, Unix time. changes() of it counts restarts.',
    read: ({ identity }) => one(Date.parse(identity.startedAt) / 1000),
  },
  {
    name: 'swarmd_connections',
    type: 'gauge',
    labels: ['purpose'],
    help: 'Sockets open on the peer port: silent so far (half-open), or known to be a peer or a tracker request (settled).',
    read: ({ listener }) =>
      each('purpose', { 'half-open': listener.halfOpen, settled: listener.connections - listener.halfOpen }),
  },
  {
    name: 'swarmd_connections_limit',
    type: 'gauge',
    labels: [],
    help: 'The most sockets on the peer port at a time (max-connections).',
    read: ({ limits }) => one(limits.connections),
  },
  {
    name: 'swarmd_connections_accepted_total',
    type: 'counter',
    labels: [],
    help: 'Sockets that came to the peer port.',
    read: ({ listener }) => one(listener.accepted),
  },
  {
    name: 'swarmd_connections_refused_total',
    type: 'counter',
    labels: ['reason'],
    help: 'Sockets sent away from the peer port, by reason; not-a-peer and deadline are scanners, total-limit is a crowd.',
    read: ({ listener }) => each('reason', listener.refused),
  },
  {
    name: 'swarmd_dials_total',
    type: 'counter',
    labels: ['result'],
    help: 'Connections that we began: connected, or what hindered.',
    read: ({ dials }) => each('result', { connected: 0, ...dials }),
  },
  {
    name: 'swarmd_sessions_closed_total',
    type: 'counter',
    labels: ['reason'],
    help: 'Connections to peers that ended, by reason; the same word stands in the log.',
    read: ({ closes }) => each('reason', { 'remote-closed': 0, ...closes }),
  },
  {
    name: 'swarmd_bans_total',
    type: 'counter',
    labels: ['reason'],
    help: 'Peers banned, by what they did.',
    read: ({ bans }) => each('reason', { 'piece-poisoning': 0, ...bans }),
  },
  {
    name: 'swarmd_request_latency_seconds',
    type: 'histogram',
    labels: [],
    help: 'From the request for a block to its last byte, all swarms. With a deep queue most of it is waiting in line.',
    read: ({ requestLatency }) => [[{}, requestLatency]],
  },
  {
    name: 'swarmd_piece_hash_seconds',
    type: 'histogram',
    labels: [],
    help: 'From handing a piece to the thread for pieces to its SHA-1; pieces below 128 KiB are hashed at once and not counted.',
    read: ({ hashSeconds }) => [[{}, hashSeconds]],
  },
  {
    name: 'swarmd_disk_operation_seconds',
    type: 'histogram',
    labels: ['operation'],
    help: 'How long the system took to read, write and sync data of torrents. A sync of seconds is a slow or dying disk.',
    read: (source) =>
      Object.entries(disk(source).seconds).map(([operation, seconds]) => [{ operation }, seconds] as const),
  },
  {
    name: 'swarmd_disk_bytes_total',
    type: 'counter',
    labels: ['operation'],
    help: 'Data of torrents read and written.',
    read: (source) => each('operation', disk(source).bytes),
  },
  {
    name: 'swarmd_disk_operations_pending',
    type: 'gauge',
    labels: ['operation'],
    help: 'Reads, writes and syncs under way. Growing: the disk can not follow.',
    read: (source) => each('operation', disk(source).pending),
  },
  {
    name: 'swarmd_disk_failures_total',
    type: 'counter',
    labels: ['operation'],
    help: 'Reads, writes and syncs that failed. The swarm pauses with the reason, and goes on by itself.',
    read: (source) => each('operation', disk(source).failures),
  },
  {
    name: 'swarmd_disk_free_bytes',
    type: 'gauge',
    labels: [],
    help: 'What may still be written on the file system of the root.',
    read: (source) => one(disk(source).freeBytes),
  },
  {
    name: 'swarmd_journal_flush_seconds',
    type: 'histogram',
    labels: [],
    help: 'From data written to a record that survives a power cut: sync of the data, record, sync of the record.',
    read: ({ journal }) => [[{}, journal.flushSeconds]],
  },
  {
    name: 'swarmd_journal_flush_failures_total',
    type: 'counter',
    labels: [],
    help: 'Flushes that the disk did not take; their pieces are fetched again.',
    read: ({ journal }) => one(journal.failures),
  },
  {
    name: 'swarmd_event_loop_lag_seconds',
    type: 'histogram',
    labels: [],
    help: 'How late a timer of half a second was. Tails above 0.1 mean that something blocks the one thread of all sockets.',
    read: ({ loopLag }) => [[{}, loopLag]],
  },
]
