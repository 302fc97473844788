import type { DashboardPlan } from './panels.ts'

const here = '{instance=~"$member"}'
const by = (labels: string): string => `{instance=~"$member",${labels}}`
/** The time below which so many in a hundred were. */
const quantile = (part: number, metric: string, labels: readonly string[] = []): string =>
  `histogram_quantile(${part}, sum by (${['le', ...labels].join(', ')}) (rate(${metric}_bucket${here}[$__rate_interval])))`

export const peerDashboard: DashboardPlan = {
  uid: 'swarmd-peer',
  title: 'swarmd / Peer',
  about: 'One machine: is it well, how fast is it, what does the disk do, what holds the event loop.',
  variables: ['member'],
  rows: [
    {
      title: 'At a glance',
      panels: [
        {
          kind: 'number',
          width: 4,
          title: 'Download',
          unit: 'Bps',
          about: 'All swarms, over the last 20 s.',
          queries: [{ expr: `sum(swarmd_swarm_rate_bytes_per_second${by('direction="download"')})` }],
        },
        {
          kind: 'number',
          width: 4,
          title: 'Upload',
          unit: 'Bps',
          about: 'All swarms, over the last 20 s.',
          queries: [{ expr: `sum(swarmd_swarm_rate_bytes_per_second${by('direction="upload"')})` }],
        },
        {
          kind: 'number',
          width: 4,
          title: 'Up for',
          unit: 's',
          about: 'Since the service was started.',
          queries: [{ expr: `time() - min(swarmd_start_timestamp_seconds${here})` }],
        },
        {
          kind: 'number',
          width: 4,
          title: 'Disk free',
          unit: 'bytes',
          about: 'On the file system of the root.',
          queries: [{ expr: `min(swarmd_disk_free_bytes${here})` }],
        },
        {
          kind: 'number',
          width: 4,
          title: 'Memory',
          unit: 'bytes',
          about: 'What the process takes of the machine.',
          queries: [{ expr: `sum(swarmd_process_resident_memory_bytes${here})` }],
        },
        {
          kind: 'rows',
          width: 4,
          title: 'Version',
          unit: 'short',
          about: 'What runs, and where it listens for peers.',
          queries: [{ expr: `swarmd_build_info${here}` }, { expr: `swarmd_member_info${here}` }],
        },
      ],
    },
    {
      title: 'Transfers',
      panels: [
        {
          kind: 'lines',
          title: 'Rates',
          unit: 'Bps',
          about: 'Payload down and up, from the counters.',
          queries: [
            {
              expr: `sum by (direction) (rate(swarmd_swarm_payload_bytes_total${here}[$__rate_interval]))`,
              legend: '{{direction}}',
            },
          ],
        },
        {
          kind: 'lines',
          title: 'Request latency',
          unit: 's',
          about: 'From the request for a block to its last byte; with a deep queue mostly waiting in line.',
          queries: [
            { expr: quantile(0.5, 'swarmd_request_latency_seconds'), legend: 'half below' },
            { expr: quantile(0.99, 'swarmd_request_latency_seconds'), legend: '99 % below' },
          ],
        },
        {
          kind: 'stacked',
          title: 'Connections',
          unit: 'short',
          about: 'Sockets on the peer port, and the most there may be.',
          queries: [
            { expr: `sum by (purpose) (swarmd_connections${here})`, legend: '{{purpose}}' },
            { expr: `sum(swarmd_connections_limit${here})`, legend: 'limit' },
          ],
        },
        {
          kind: 'lines',
          title: 'Sockets that came, and that were sent away',
          unit: 'short',
          about: 'not-a-peer and deadline are scanners; total-limit is a crowd.',
          queries: [
            { expr: `sum(increase(swarmd_connections_accepted_total${here}[$__rate_interval]))`, legend: 'accepted' },
            {
              expr: `sum by (reason) (increase(swarmd_connections_refused_total${here}[$__rate_interval]))`,
              legend: 'refused: {{reason}}',
            },
          ],
        },
        {
          kind: 'lines',
          title: 'Dials',
          unit: 'short',
          about: 'Connections that we began, by what came of them.',
          queries: [
            { expr: `sum by (result) (increase(swarmd_dials_total${here}[$__rate_interval]))`, legend: '{{result}}' },
          ],
        },
        {
          kind: 'lines',
          title: 'Sessions that ended, bans',
          unit: 'short',
          about: 'Why connections to peers were closed; a ban is a proven lie.',
          queries: [
            {
              expr: `sum by (reason) (increase(swarmd_sessions_closed_total${here}[$__rate_interval]))`,
              legend: '{{reason}}',
            },
            {
              expr: `sum by (reason) (increase(swarmd_bans_total${here}[$__rate_interval]))`,
              legend: 'banned: {{reason}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Disk',
      panels: [
        {
          kind: 'lines',
          title: 'Read and written',
          unit: 'Bps',
          about: 'Data of torrents.',
          queries: [
            {
              expr: `sum by (operation) (rate(swarmd_disk_bytes_total${here}[$__rate_interval]))`,
              legend: '{{operation}}',
            },
          ],
        },
        {
          kind: 'lines',
          title: 'How long it takes (99 %)',
          unit: 's',
          about: 'A sync of seconds is a slow or dying disk.',
          queries: [
            { expr: quantile(0.99, 'swarmd_disk_operation_seconds', ['operation']), legend: '{{operation}}' },
            { expr: quantile(0.99, 'swarmd_journal_flush_seconds'), legend: 'journal flush' },
            { expr: quantile(0.99, 'swarmd_piece_hash_seconds'), legend: 'SHA-1 of a piece' },
          ],
        },
        {
          kind: 'lines',
          title: 'Under way, and failed',
          unit: 'short',
          about: 'Growing: the disk can not follow. Failed: the swarm pauses and says why.',
          queries: [
            { expr: `sum by (operation) (swarmd_disk_operations_pending${here})`, legend: '{{operation}}' },
            {
              expr: `sum by (operation) (increase(swarmd_disk_failures_total${here}[$__rate_interval]))`,
              legend: '{{operation}} failed',
            },
            {
              expr: `sum(increase(swarmd_journal_flush_failures_total${here}[$__rate_interval]))`,
              legend: 'flush failed',
            },
          ],
        },
      ],
    },
    {
      title: 'The process',
      panels: [
        {
          kind: 'lines',
          title: 'Event loop',
          unit: 'percentunit',
          about: 'The part of the time that the one thread of all sockets works. Near 1 it is full.',
          queries: [
            {
              expr: `sum by (instance) (rate(swarmd_event_loop_seconds_total${by('state="active"')}[$__rate_interval]))`,
              legend: '{{instance}} busy',
            },
            {
              expr: `sum by (mode) (rate(swarmd_process_cpu_seconds_total${here}[$__rate_interval]))`,
              legend: 'processor: {{mode}}',
            },
          ],
        },
        {
          kind: 'lines',
          title: 'Lag of the event loop',
          unit: 's',
          about: 'How late a timer was. Above 0.1 something blocks.',
          queries: [
            { expr: quantile(0.5, 'swarmd_event_loop_lag_seconds'), legend: 'half below' },
            { expr: quantile(0.99, 'swarmd_event_loop_lag_seconds'), legend: '99 % below' },
          ],
        },
        {
          kind: 'stacked',
          title: 'Memory',
          unit: 'bytes',
          about: 'Objects, buffers, and of those the block path.',
          queries: [{ expr: `sum by (pool) (swarmd_process_memory_bytes${here})`, legend: '{{pool}}' }],
        },
        {
          kind: 'lines',
          title: 'Open files',
          unit: 'short',
          about: 'Sockets and files, and how many there may be.',
          queries: [
            { expr: `sum by (instance) (swarmd_process_open_files${here})`, legend: '{{instance}}' },
            { expr: `min(swarmd_process_open_files_limit${here})`, legend: 'limit' },
          ],
        },
        {
          kind: 'lines',
          title: 'API: requests',
          unit: 'reqps',
          about: 'By route.',
          queries: [
            {
              expr: `sum by (method, route, status) (rate(swarmd_http_request_duration_seconds_count${here}[$__rate_interval]))`,
              legend: '{{method}} {{route}} {{status}}',
            },
          ],
        },
        {
          kind: 'lines',
          title: 'API: time to answer (99 %)',
          unit: 's',
          about: 'By route.',
          queries: [{ expr: quantile(0.99, 'swarmd_http_request_duration_seconds', ['route']), legend: '{{route}}' }],
        },
        {
          kind: 'lines',
          title: 'Readers of events',
          unit: 'short',
          about: 'Open pages and other readers; what was left out for slow ones, and those that were sent away.',
          queries: [
            { expr: `sum(swarmd_events_readers${here})`, legend: 'readers' },
            { expr: `sum(increase(swarmd_events_dropped_total${here}[$__rate_interval]))`, legend: 'left out' },
            {
              expr: `sum(increase(swarmd_events_readers_cut_off_total${here}[$__rate_interval]))`,
              legend: 'sent away',
            },
          ],
        },
      ],
    },
    {
      title: 'The tracker in this peer',
      panels: [
        {
          kind: 'lines',
          width: 12,
          title: 'Announces that came',
          unit: 'short',
          about: 'From our peers and any client.',
          queries: [
            {
              expr: `sum(increase(swarmd_tracker_server_announces_total${here}[$__rate_interval]))`,
              legend: 'announces',
            },
          ],
        },
        {
          kind: 'lines',
          width: 12,
          title: 'What it knows',
          unit: 'short',
          about: 'Own swarms, and those it tracks for others.',
          queries: [
            { expr: `sum by (kind) (swarmd_tracker_server_swarms${here})`, legend: '{{kind}} swarms' },
            { expr: `sum(swarmd_tracker_server_foreign_peers${here})`, legend: 'foreign peers' },
          ],
        },
      ],
    },
  ],
}
