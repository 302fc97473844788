import {
  counted,
  halfAndMost,
  held,
  lines,
  low,
  number,
  rate,
  stacked,
  states,
  swarmState,
  swarmStates,
  table,
  type DashboardPlan,
  type StateWord,
} from './plan.ts'

const SWARM = 'instance=~"$member",swarm=~"$swarm"'
const here = `{${SWARM}}`
const peer = `{${SWARM},peer=~"$peer"}`
const only = (matcher: string): string => `{${SWARM},${matcher}}`
const ofPeer = (matcher: string): string => `{${SWARM},peer=~"$peer",${matcher}}`

/** Of each peer, with the last word of the choker. */
const RANK = `max by (peer, reason) (swarmd_peer_choker_reason${peer} * on (instance, swarm, peer) group_left () swarmd_peer_choker_rank${peer})`

const SLOTS: readonly StateWord[] = [
  { value: 0, word: 'choked', color: 'transparent' },
  { value: 1, word: 'regular', color: 'green' },
  { value: 2, word: 'optimistic', color: 'blue' },
]
const STATUSES: readonly StateWord[] = [
  { value: 1, word: 'leech', color: 'orange' },
  { value: 2, word: 'peer', color: 'blue' },
  { value: 3, word: 'seeder', color: 'green' },
]

export const swarmDashboard: DashboardPlan = {
  uid: 'swarmd-swarm',
  title: 'swarmd / Swarm and choker',
  about: 'One swarm as one machine sees it: who gives, who takes, who is choked and why.',
  variables: { member: 'one', swarm: 'one', peer: 'any' },
  rows: [
    {
      title: 'Where it stands',
      panels: [
        number('Progress', 'percentunit', 'Verified part.', `avg(swarmd_swarm_progress_ratio${here})`),
        number('Left', 'bytes', 'Still to be verified.', `sum(swarmd_swarm_left_bytes${here})`),
        number('Length', 'bytes', 'Of the torrent.', `max(swarmd_swarm_size_bytes${here})`),
        number('Done in', 's', 'At the rate of the last 20 s; 0 in a seeder.', `max(swarmd_swarm_eta_seconds${here})`),
        number('Wrong pieces', 'short', 'Since the start.', `sum(swarmd_swarm_hash_failures_total${here})`, 1),
        number('Connected', 'short', 'Peers.', `sum(swarmd_swarm_peers${here})`),
        low(
          states(
            'State',
            'What the swarm does, and what it is to others.',
            [...swarmStates, ...STATUSES.map((one) => ({ ...one, value: one.value + 10 }))],
            {
              state: swarmState('swarm', SWARM),
              status: `max by (swarm) (${STATUSES.map(({ value, word }) => `${value + 10} * (swarmd_swarm_status${only(`status="${word}"`)} == 1)`).join(' or ')})`,
            },
            24,
          ),
        ),
      ],
    },
    {
      title: 'Tit for tat',
      panels: [
        stacked(
          'From each peer',
          'Bps',
          'The rate that the choker ranks by while we download.',
          { '{{peer}}': `sum by (peer) (swarmd_peer_rate_bytes_per_second${ofPeer('direction="download"')})` },
          12,
        ),
        stacked(
          'To each peer',
          'Bps',
          'The rate that the choker ranks by while we seed.',
          { '{{peer}}': `sum by (peer) (swarmd_peer_rate_bytes_per_second${ofPeer('direction="upload"')})` },
          12,
        ),
        states(
          'Who is unchoked',
          'Who holds a slot of ours, and of which kind.',
          SLOTS,
          {
            '{{peer}}': `max by (peer) (swarmd_peer_unchoked${ofPeer('slot="regular"')} or 2 * swarmd_peer_unchoked${ofPeer('slot="optimistic"')})`,
          },
          12,
        ),
        lines(
          'What ranked them',
          'Bps',
          'The rate of each peer in the last round: the number by which it was put in its place.',
          { '{{peer}}': `max by (peer) (swarmd_peer_ranked_rate_bytes_per_second${peer})` },
          12,
        ),
        table('Ranking, with the reason', 'short', 'Place in the last order of the choker; 0: not ranked.', {
          columns: { peer: 'Peer', reason: 'Last word of the choker' },
          value: 'Rank',
          expr: `sort(${RANK} > 0) or ${RANK} == 0`,
        }),
        lines(
          'What the choker said',
          'short',
          'Decisions by reason; many at once are a round.',
          { '{{reason}}': `sum by (reason) (${counted(`swarmd_choker_decisions_total${here}`)})` },
          12,
        ),
        lines('Slots', 'short', 'Unchoked peers, the slots there are, and who would like one.', {
          used: `sum(swarmd_choker_slots_used${here})`,
          '{{kind}} slots': `sum by (kind) (swarmd_choker_slots${here})`,
          'interested in us': `sum(swarmd_swarm_peers_interested${here})`,
        }),
        lines(
          'Wait for a slot',
          's',
          'How long peers had waited when they were unchoked.',
          halfAndMost('swarmd_choker_wait_seconds', here),
        ),
        lines('Fairness', 'percentunit', 'Jain: 100 % when all got the same, 1/n when one of n got all.', {
          'given alike': `avg(swarmd_choker_fairness_ratio${here})`,
        }),
      ],
    },
    {
      title: 'Peers',
      panels: [
        stacked('Connected', 'short', 'By who connected to whom.', {
          '{{direction}}': `sum by (direction) (swarmd_swarm_peers${here})`,
        }),
        lines('How we stand to them', 'short', 'All of them choking us: that is why nothing moves.', {
          'interesting to us': `sum(swarmd_swarm_peers_interesting${here})`,
          'choking us': `sum(swarmd_swarm_peers_choking${here})`,
          'snubbing us': `sum(swarmd_swarm_peers_snubbing${here})`,
          'asked by us': `sum(swarmd_swarm_sources${here})`,
          known: `sum(swarmd_swarm_peers_known${here})`,
        }),
        stacked('Where they were heard of', 'short', 'New addresses since the start, by who told us first.', {
          '{{source}}': `sum by (source) (swarmd_swarm_peers_learned_total${here} > 0)`,
        }),
        lines('Their progress', 'percentunit', 'Part of the pieces that each peer has.', {
          '{{peer}}': `max by (peer) (swarmd_peer_progress_ratio${peer})`,
        }),
        lines('Got from each', 'bytes', 'On this connection.', {
          '{{peer}}': `sum by (peer) (swarmd_peer_payload_bytes_total${ofPeer('direction="download"')})`,
        }),
        lines('Given to each', 'bytes', 'On this connection.', {
          '{{peer}}': `sum by (peer) (swarmd_peer_payload_bytes_total${ofPeer('direction="upload"')})`,
        }),
        states('Who gives us nothing', 'While the peer chokes us.', held('chokes us', 'orange'), {
          '{{peer}}': `max by (peer) (swarmd_peer_choking${peer})`,
        }),
        states(
          'Who lets us wait',
          'While the peer owes us blocks and has sent none for 20 s.',
          held('snubs us', 'red'),
          {
            '{{peer}}': `max by (peer) (swarmd_peer_snubbing${peer})`,
          },
        ),
        states(
          'Who wants what',
          'Who has something for whom.',
          [
            { value: 0, word: 'nobody', color: 'transparent' },
            { value: 1, word: 'the peer', color: 'blue' },
            { value: 2, word: 'we', color: 'purple' },
            { value: 3, word: 'both', color: 'green' },
          ],
          {
            '{{peer}}': `max by (peer) (swarmd_peer_interested${peer} + 2 * swarmd_peer_interesting${peer})`,
          },
        ),
      ],
    },
    {
      title: 'Pieces and blocks',
      panels: [
        stacked('Pieces', 'short', 'Verified, on their way, not begun.', {
          '{{state}}': `sum by (state) (swarmd_swarm_pieces${here})`,
        }),
        stacked(
          'Wanted pieces by how many have them',
          'short',
          'Wanted and not begun, by the number of connected peers. With 0: nobody here can give them.',
          { '{{peers}}': `sum by (peers) (swarmd_swarm_wanted_pieces${here})` },
        ),
        lines('Rarest piece', 'short', 'Connected peers that have it. 0: nobody here can complete the file.', {
          'peers that have it': `min(swarmd_swarm_rarest_piece_peers${here})`,
        }),
        lines('Blocks on their way', 'short', 'Asked for and not here; asked of us and not yet sent.', {
          'to us': `sum(swarmd_swarm_requests_in_flight${here})`,
          'from us': `sum(swarmd_swarm_upload_queue_blocks${here})`,
        }),
        lines('Blocks on their way, from each', 'short', 'The pipeline of each source.', {
          '{{peer}}': `max by (peer) (swarmd_peer_requests_in_flight${peer})`,
        }),
        lines('Blocks on their way, to each', 'short', 'What each peer asked of us.', {
          '{{peer}}': `max by (peer) (swarmd_peer_upload_queue_blocks${peer})`,
        }),
        lines('Blocks asked for', 'reqps', 'And those that a peer refused, or that we took back.', {
          '{{result}}': `sum by (result) (${rate(`swarmd_swarm_block_requests_total${here}`)})`,
        }),
        stacked('Waste', 'Bps', 'Bytes of no use, by reason.', {
          '{{reason}}': `sum by (reason) (${rate(`swarmd_swarm_wasted_bytes_total${here}`)})`,
        }),
        stacked('Memory', 'bytes', 'Of the block path; and what a power cut now would cost.', {
          '{{pool}}': `sum by (pool) (swarmd_swarm_memory_bytes${here})`,
          'not yet safe on disk': `sum(swarmd_swarm_unsynced_bytes${here})`,
        }),
      ],
    },
    {
      title: 'Trackers and peer exchange',
      panels: [
        states(
          'Trackers',
          'Whether the last announce was answered.',
          [
            { value: 0, word: 'fails', color: 'red' },
            { value: 1, word: 'works', color: 'green' },
          ],
          { '{{tracker}}': `min by (tracker) (swarmd_tracker_working${here})` },
        ),
        lines('Announces', 'short', 'By what came of them.', {
          '{{tracker}} {{result}}': `sum by (tracker, result) (${counted(`swarmd_tracker_announces_total${here}`)})`,
        }),
        lines('Peer exchange', 'short', 'Messages since the start, both ways.', {
          '{{direction}}': `sum by (direction) (swarmd_swarm_pex_messages_total${here})`,
        }),
        low(
          table('Next announce', 's', 'To each tracker.', {
            columns: { tracker: 'Tracker' },
            value: 'In',
            expr: `min by (tracker) (swarmd_tracker_next_announce_timestamp_seconds${here}) - time()`,
          }),
        ),
        low(
          table('Rounds of the choker', 'short', 'All slots decided anew, since the swarm was started.', {
            columns: { instance: 'Machine' },
            value: 'Rounds',
            expr: `max by (instance) (swarmd_choker_rounds_total${here})`,
          }),
        ),
      ],
    },
  ],
}
