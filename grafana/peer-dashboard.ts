import { counted, halfAndMost, lines, low, number, quantile, rate, stacked, table, type DashboardPlan } from './plan.ts'

const here = '{instance=~"$member"}'
const only = (matcher: string): string => `{instance=~"$member",${matcher}}`

export const peerDashboard: DashboardPlan = {
  uid: 'swarmd-peer',
  title: 'swarmd / Peer',
  about: 'One machine: is it well, how fast is it, what does the disk do, what holds the event loop.',
  variables: { member: 'one' },
  rows: [
    {
      title: 'At a glance',
      panels: [
        number(
          'Download',
          'Bps',
          'All swarms, over the last 20 s.',
          `sum(swarmd_swarm_rate_bytes_per_second${only('direction="download"')})`,
        ),
        number(
          'Upload',
          'Bps',
          'All swarms, over the last 20 s.',
          `sum(swarmd_swarm_rate_bytes_per_second${only('direction="upload"')})`,
        ),
        number('Up for', 's', 'Since the service was started.', `time() - min(swarmd_start_timestamp_seconds${here})`),
        number('Disk free', 'bytes', 'On the file system of the root.', `min(swarmd_disk_free_bytes${here})`),
        number(
          'Memory',
          'bytes',
          'What the process takes of the machine.',
          `sum(swarmd_process_resident_memory_bytes${here})`,
        ),
        number(
          'Machines it knows',
          'short',
          'Members of its network that are there, itself among them.',
          `min(swarmd_members${only('state="alive"')})`,
        ),
      ],
    },
    {
      title: 'Transfers',
      panels: [
        lines('Rates', 'Bps', 'Payload down and up, from the counters.', {
          '{{direction}}': `sum by (direction) (${rate(`swarmd_swarm_payload_bytes_total${here}`)})`,
        }),
        lines(
          'Request latency',
          's',
          'From the request for a block to its last byte; with a deep queue mostly waiting in line.',
          halfAndMost('swarmd_request_latency_seconds', here),
        ),
        stacked('Connections', 'short', 'Sockets on the peer port: not yet known (half-open), or settled.', {
          '{{purpose}}': `sum by (purpose) (swarmd_connections${here})`,
        }),
        lines(
          'Sockets that came, and that were sent away',
          'short',
          'not-a-peer and deadline are scanners; total-limit is a crowd: there are as many as there may be.',
          {
            accepted: `sum(${counted(`swarmd_connections_accepted_total${here}`)})`,
            'refused: {{reason}}': `sum by (reason) (${counted(`swarmd_connections_refused_total${here}`)})`,
          },
        ),
        lines('Dials', 'short', 'Connections that we began, by what came of them.', {
          '{{result}}': `sum by (result) (${counted(`swarmd_dials_total${here}`)})`,
        }),
        lines('Sessions that ended, bans', 'short', 'Why connections to peers were closed; a ban is a proven lie.', {
          '{{reason}}': `sum by (reason) (${counted(`swarmd_sessions_closed_total${here}`)})`,
          'banned: {{reason}}': `sum by (reason) (${counted(`swarmd_bans_total${here}`)})`,
        }),
      ],
    },
    {
      title: 'Disk',
      panels: [
        lines('Read and written', 'Bps', 'Data of torrents.', {
          '{{operation}}': `sum by (operation) (${rate(`swarmd_disk_bytes_total${here}`)})`,
        }),
        lines('How long it takes (99 %)', 's', 'A sync of seconds is a slow or dying disk.', {
          '{{operation}}': quantile(0.99, 'swarmd_disk_operation_seconds', here, ['operation']),
          'journal flush': quantile(0.99, 'swarmd_journal_flush_seconds', here),
          'SHA-1 of a piece': quantile(0.99, 'swarmd_piece_hash_seconds', here),
        }),
        lines(
          'Under way, and failed',
          'short',
          'Growing: the disk can not follow. Failed: the swarm pauses and says why.',
          {
            '{{operation}}': `sum by (operation) (swarmd_disk_operations_pending${here})`,
            '{{operation}} failed': `sum by (operation) (${counted(`swarmd_disk_failures_total${here}`)})`,
            'flush failed': `sum(${counted(`swarmd_journal_flush_failures_total${here}`)})`,
          },
        ),
      ],
    },
    {
      title: 'The process',
      panels: [
        lines(
          'Event loop',
          'percentunit',
          'The part of the time that the one thread of all sockets works: near 100 % it is full. The processor counts all threads.',
          {
            'loop busy': `sum(${rate(`swarmd_event_loop_seconds_total${only('state="active"')}`)})`,
            'processor: {{mode}}': `sum by (mode) (${rate(`swarmd_process_cpu_seconds_total${here}`)})`,
          },
        ),
        lines(
          'Lag of the event loop',
          's',
          'How late a timer was. Above 0.1 something blocks.',
          halfAndMost('swarmd_event_loop_lag_seconds', here),
        ),
        stacked('Memory', 'bytes', 'Objects (heap), and buffers outside of them (external).', {
          '{{pool}}': `sum by (pool) (swarmd_process_memory_bytes${here})`,
        }),
        lines('Open files', 'short', 'Sockets, files and pipes.', {
          open: `sum(swarmd_process_open_files${here})`,
        }),
        lines(
          'How much of what there may be',
          'percentunit',
          'Open files of the limit of the system (LimitNOFILE), sockets of max-connections.',
          {
            'open files': `max(swarmd_process_open_files${here} / swarmd_process_open_files_limit${here})`,
            sockets: `max(sum by (instance) (swarmd_connections${here}) / on (instance) swarmd_connections_limit${here})`,
          },
        ),
        lines(
          'Readers of events',
          'short',
          'Open pages and other readers; what was left out for slow ones, and those that were sent away.',
          {
            readers: `sum(swarmd_events_readers${here})`,
            'left out': `sum(${counted(`swarmd_events_dropped_total${here}`)})`,
            'sent away': `sum(${counted(`swarmd_events_readers_cut_off_total${here}`)})`,
          },
        ),
        lines(
          'API: requests',
          'reqps',
          'By route.',
          {
            '{{method}} {{route}} {{status}}': `sum by (method, route, status) (${rate(`swarmd_http_request_duration_seconds_count${here}`)})`,
          },
          12,
        ),
        lines(
          'API: time to answer (99 %)',
          's',
          'By route.',
          { '{{route}}': quantile(0.99, 'swarmd_http_request_duration_seconds', here, ['route']) },
          12,
        ),
      ],
    },
    {
      title: 'The network',
      panels: [
        stacked(
          'Members',
          'short',
          'Machines as this one knows them. suspect: somebody misses it.',
          { '{{state}}': `sum by (state) (swarmd_members${here})` },
          6,
        ),
        lines(
          'Who came and went',
          'short',
          'As it was learnt here; gone: given up, without a word.',
          { '{{change}}': `sum by (change) (${counted(`swarmd_members_changes_total${here}`)})` },
          6,
        ),
        lines(
          'Links',
          'short',
          'Members that it speaks with directly, and those of them that know something else.',
          {
            linked: `sum(swarmd_members_linked${here})`,
            differing: `sum(swarmd_members_links_differing${here})`,
          },
          6,
        ),
        lines(
          'Digests',
          'short',
          'Sent, and heard ones that agreed with our own or differed. More that differ, for long: the members do not come to agree.',
          { '{{result}}': `sum by (result) (${counted(`swarmd_members_digests_total${here}`)})` },
          6,
        ),
        lines('What it costs', 'Bps', 'Bytes of messages about the membership.', {
          '{{direction}}': `sum by (direction) (${rate(`swarmd_members_message_bytes_total${here}`)})`,
        }),
        lines('Messages', 'reqps', 'About the membership.', {
          '{{direction}}': `sum by (direction) (${rate(`swarmd_members_messages_total${here}`)})`,
        }),
        lines('Local discovery', 'short', 'Times that we spoke to the LAN, and what was heard.', {
          '{{kind}}': `sum by (kind) (${counted(`swarmd_lsd_messages_total${here}`)})`,
        }),
      ],
    },
    {
      title: 'Trackers',
      panels: [
        lines(
          'Asked of the tracker in this peer',
          'short',
          'By our peers and any client. errors: refused with a word; dropped: over UDP, without one.',
          {
            '{{transport}} {{request}}': `sum by (transport, request) (${counted(`swarmd_tracker_server_requests_total${here}`)})`,
          },
        ),
        lines('What it knows', 'short', 'Own swarms, and those it tracks for others.', {
          '{{kind}} swarms': `sum by (kind) (swarmd_tracker_server_swarms${here})`,
          'foreign peers': `sum(swarmd_tracker_server_foreign_peers${here})`,
        }),
        lines(
          'How long trackers take',
          's',
          'From an announce of ours to the answer, or to the end of waiting for one.',
          halfAndMost('swarmd_tracker_announce_seconds', here),
        ),
      ],
    },
    {
      title: 'Who it is',
      panels: [
        low(
          table(
            'What runs',
            'short',
            'The member id is kept over restarts.',
            {
              columns: {
                instance: 'Machine',
                member: 'Member',
                peer_port: 'Peer port',
                version: 'Version',
                runtime: 'Node.js',
              },
              value: null,
              expr: `max by (instance, member, peer_port, version, runtime) (swarmd_member_info${here} * on (instance) group_left (version, runtime) swarmd_build_info${here})`,
            },
            24,
          ),
        ),
      ],
    },
  ],
}
