import type { DashboardPlan } from './panels.ts'

const here = '{instance=~"$member",swarm=~"$swarm"}'
const by = (labels: string): string => `{instance=~"$member",swarm=~"$swarm",${labels}}`

export const swarmDashboard: DashboardPlan = {
  uid: 'swarmd-swarm',
  title: 'swarmd / Swarm and choker',
  about: 'One swarm as one machine sees it: who gives, who takes, who is choked and why.',
  variables: ['member', 'swarm'],
  rows: [
    {
      title: 'Where it stands',
      panels: [
        {
          kind: 'number',
          width: 4,
          title: 'Progress',
          unit: 'percentunit',
          about: 'Verified part.',
          queries: [{ expr: `avg(swarmd_swarm_progress_ratio${here})` }],
        },
        {
          kind: 'number',
          width: 4,
          title: 'Left',
          unit: 'bytes',
          about: 'Still to be verified.',
          queries: [{ expr: `sum(swarmd_swarm_left_bytes${here})` }],
        },
        {
          kind: 'number',
          width: 4,
          title: 'Of',
          unit: 'bytes',
          about: 'Length of the torrent.',
          queries: [{ expr: `max(swarmd_swarm_size_bytes${here})` }],
        },
        {
          kind: 'number',
          width: 4,
          title: 'Done in',
          unit: 's',
          about: 'At the rate of the last 20 s; 0 in a seeder.',
          queries: [{ expr: `max(swarmd_swarm_eta_seconds${here})` }],
        },
        {
          kind: 'states',
          width: 8,
          title: 'State',
          unit: 'short',
          about: 'What the swarm does.',
          queries: [
            { expr: `max by (state) (swarmd_swarm_state${here})`, legend: '{{state}}' },
            { expr: `max by (status) (swarmd_swarm_status${here})`, legend: '{{status}}' },
          ],
        },
      ],
    },
    {
      title: 'Tit for tat',
      panels: [
        {
          kind: 'stacked',
          width: 12,
          title: 'From each peer',
          unit: 'Bps',
          about: 'The rate that the choker ranks by while we download.',
          queries: [
            {
              expr: `sum by (peer) (swarmd_peer_rate_bytes_per_second${by('direction="download"')})`,
              legend: '{{peer}}',
            },
          ],
        },
        {
          kind: 'stacked',
          width: 12,
          title: 'To each peer',
          unit: 'Bps',
          about: 'The rate that the choker ranks by while we seed.',
          queries: [
            {
              expr: `sum by (peer) (swarmd_peer_rate_bytes_per_second${by('direction="upload"')})`,
              legend: '{{peer}}',
            },
          ],
        },
        {
          kind: 'states',
          width: 12,
          title: 'Who is unchoked',
          unit: 'short',
          about: '1 while the peer holds a slot.',
          queries: [
            { expr: `max by (peer) (sum by (instance, peer) (swarmd_peer_unchoked${here}))`, legend: '{{peer}}' },
          ],
        },
        {
          kind: 'lines',
          width: 12,
          title: 'What ranked them',
          unit: 'Bps',
          about: 'The rate of each peer in the last round: the number by which it was put in its place.',
          queries: [{ expr: `max by (peer) (swarmd_peer_ranked_rate_bytes_per_second${here})`, legend: '{{peer}}' }],
        },
        {
          kind: 'rows',
          width: 12,
          title: 'Ranking, with the reason',
          unit: 'short',
          about: 'Place in the last order of the choker; 0: not ranked.',
          queries: [
            {
              expr: `max by (peer, reason) (swarmd_peer_choker_reason${here} * on (instance, swarm, peer) group_left () swarmd_peer_choker_rank${here})`,
            },
          ],
        },
        {
          kind: 'lines',
          title: 'Slots',
          unit: 'short',
          about: 'Unchoked peers, the slots there are, and who would like one.',
          queries: [
            { expr: `sum(swarmd_choker_slots_used${here})`, legend: 'used' },
            { expr: `sum by (kind) (swarmd_choker_slots${here})`, legend: '{{kind}}' },
            { expr: `sum(swarmd_swarm_peers_interested${here})`, legend: 'interested in us' },
          ],
        },
        {
          kind: 'lines',
          title: 'Wait for a slot',
          unit: 's',
          about: 'How long peers had waited when they were unchoked.',
          queries: [
            {
              expr: `histogram_quantile(0.5, sum by (le) (rate(swarmd_choker_wait_seconds_bucket${here}[$__rate_interval])))`,
              legend: 'half below',
            },
            {
              expr: `histogram_quantile(0.99, sum by (le) (rate(swarmd_choker_wait_seconds_bucket${here}[$__rate_interval])))`,
              legend: '99 % below',
            },
          ],
        },
        {
          kind: 'lines',
          title: 'Fairness',
          unit: 'percentunit',
          about: 'Jain: 1 when all got the same, 1/n when one of n got all.',
          queries: [{ expr: `avg by (swarm) (swarmd_choker_fairness_ratio${here})`, legend: '{{swarm}}' }],
        },
        {
          kind: 'lines',
          width: 12,
          title: 'What the choker said',
          unit: 'short',
          about: 'Decisions by reason.',
          queries: [
            {
              expr: `sum by (reason) (increase(swarmd_choker_decisions_total${here}[$__rate_interval]))`,
              legend: '{{reason}}',
            },
          ],
        },
        {
          kind: 'lines',
          width: 12,
          title: 'Rounds',
          unit: 'short',
          about: 'All slots decided anew, since the start.',
          queries: [{ expr: `sum(swarmd_choker_rounds_total${here})`, legend: 'rounds' }],
        },
      ],
    },
    {
      title: 'Peers',
      panels: [
        {
          kind: 'stacked',
          title: 'Connected',
          unit: 'short',
          about: 'By who connected to whom.',
          queries: [{ expr: `sum by (direction) (swarmd_swarm_peers${here})`, legend: '{{direction}}' }],
        },
        {
          kind: 'lines',
          title: 'How we stand to them',
          unit: 'short',
          about: 'All of them choking us: that is why nothing moves.',
          queries: [
            { expr: `sum(swarmd_swarm_peers_interesting${here})`, legend: 'interesting to us' },
            { expr: `sum(swarmd_swarm_peers_choking${here})`, legend: 'choking us' },
            { expr: `sum(swarmd_swarm_peers_snubbing${here})`, legend: 'snubbing us' },
            { expr: `sum(swarmd_swarm_sources${here})`, legend: 'asked by us' },
            { expr: `sum(swarmd_swarm_peers_known${here})`, legend: 'known' },
          ],
        },
        {
          kind: 'lines',
          title: 'Their progress',
          unit: 'percentunit',
          about: 'Part of the pieces that each peer has.',
          queries: [{ expr: `max by (peer) (swarmd_peer_progress_ratio${here})`, legend: '{{peer}}' }],
        },
        {
          kind: 'lines',
          title: 'Got and given, peer by peer',
          unit: 'bytes',
          about: 'On this connection.',
          queries: [
            {
              expr: `sum by (peer, direction) (swarmd_peer_payload_bytes_total${here})`,
              legend: '{{peer}} {{direction}}',
            },
          ],
        },
        {
          kind: 'states',
          title: 'Who chokes us',
          unit: 'short',
          about: '1 while the peer gives us nothing.',
          queries: [
            { expr: `max by (peer) (swarmd_peer_choking${here})`, legend: '{{peer}} chokes us' },
            { expr: `max by (peer) (swarmd_peer_snubbing${here})`, legend: '{{peer}} snubs us' },
          ],
        },
        {
          kind: 'states',
          title: 'Who wants what',
          unit: 'short',
          about: '1 while the one is interested in the other.',
          queries: [
            { expr: `max by (peer) (swarmd_peer_interested${here})`, legend: '{{peer}} in us' },
            { expr: `max by (peer) (swarmd_peer_interesting${here})`, legend: 'we in {{peer}}' },
          ],
        },
      ],
    },
    {
      title: 'Pieces and blocks',
      panels: [
        {
          kind: 'stacked',
          title: 'Pieces',
          unit: 'short',
          about: 'Verified, on their way, not begun.',
          queries: [{ expr: `sum by (state) (swarmd_swarm_pieces${here})`, legend: '{{state}}' }],
        },
        {
          kind: 'lines',
          title: 'Rarest piece',
          unit: 'short',
          about: 'Connected peers that have it. 0: nobody here can complete the file.',
          queries: [{ expr: `min(swarmd_swarm_rarest_piece_peers${here})`, legend: 'peers that have it' }],
        },
        {
          kind: 'lines',
          title: 'Blocks asked for',
          unit: 'short',
          about: 'In flight to us, and waiting to go to them.',
          queries: [
            { expr: `sum(swarmd_swarm_requests_in_flight${here})`, legend: 'in flight' },
            { expr: `sum(swarmd_swarm_upload_queue_blocks${here})`, legend: 'upload queue' },
            { expr: `max by (peer) (swarmd_peer_requests_in_flight${here})`, legend: 'of {{peer}}' },
            { expr: `max by (peer) (swarmd_peer_upload_queue_blocks${here})`, legend: 'for {{peer}}' },
          ],
        },
        {
          kind: 'stacked',
          title: 'Waste',
          unit: 'Bps',
          about: 'Bytes of no use, by reason.',
          queries: [
            {
              expr: `sum by (reason) (rate(swarmd_swarm_wasted_bytes_total${here}[$__rate_interval]))`,
              legend: '{{reason}}',
            },
          ],
        },
        {
          kind: 'lines',
          title: 'Wrong pieces',
          unit: 'short',
          about: 'Each is a liar among the peers, or memory that forgets.',
          queries: [{ expr: `sum(swarmd_swarm_hash_failures_total${here})`, legend: 'hash failures' }],
        },
        {
          kind: 'stacked',
          title: 'Memory',
          unit: 'bytes',
          about: 'Of the block path, and what a power cut now would cost.',
          queries: [
            { expr: `sum by (pool) (swarmd_swarm_memory_bytes${here})`, legend: '{{pool}}' },
            { expr: `sum(swarmd_swarm_unsynced_bytes${here})`, legend: 'not yet safe' },
          ],
        },
      ],
    },
    {
      title: 'Trackers',
      panels: [
        {
          kind: 'states',
          title: 'Working',
          unit: 'short',
          about: '1 when the last announce was answered.',
          queries: [{ expr: `min by (tracker) (swarmd_tracker_working${here})`, legend: '{{tracker}}' }],
        },
        {
          kind: 'lines',
          title: 'Announces',
          unit: 'short',
          about: 'By what came of them.',
          queries: [
            {
              expr: `sum by (tracker, result) (increase(swarmd_tracker_announces_total${here}[$__rate_interval]))`,
              legend: '{{tracker}} {{result}}',
            },
          ],
        },
        {
          kind: 'rows',
          title: 'Next announce in',
          unit: 's',
          about: 'Of each tracker.',
          queries: [{ expr: `min by (tracker) (swarmd_tracker_next_announce_timestamp_seconds${here}) - time()` }],
        },
      ],
    },
  ],
}
