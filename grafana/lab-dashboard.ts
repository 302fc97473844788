import { bars, lines, number, stacked, states, swarmState, swarmStates, table, type DashboardPlan } from './plan.ts'

const SWARM = 'swarm=~"$swarm"'
const here = `{${SWARM}}`
const only = (matcher: string): string => `{${SWARM},${matcher}}`

export const labDashboard: DashboardPlan = {
  uid: 'swarmd-lab',
  title: 'swarmd / Lab',
  about: 'All machines at once: how far each is, how fast, which is stuck, and whether they agree.',
  variables: { swarm: 'any' },
  rows: [
    {
      title: 'The lab',
      panels: [
        number('Machines that answer', 'short', 'Of those that Prometheus was told of.', 'sum(up{job="swarmd"})'),
        number(
          'Silent',
          'short',
          'Machines that Prometheus was told of and can not reach.',
          'sum(1 - up{job="swarmd"})',
          1,
        ),
        number(
          'Have all',
          'short',
          'Machines that seed one of the chosen swarms.',
          `sum(max by (instance) (swarmd_swarm_status${only('status="seeder"')}))`,
        ),
        number(
          'Stuck',
          'short',
          'Swarms that want pieces and get none, or are in error.',
          `sum(swarmd_swarm_state${only('state=~"stalled|error"')})`,
          1,
        ),
        number('Last one done in', 's', 'At the rates of the last 20 s.', `max(swarmd_swarm_eta_seconds${here})`),
        number(
          'All rates',
          'Bps',
          'What all machines download together.',
          `sum(swarmd_swarm_rate_bytes_per_second${only('direction="download"')})`,
        ),
      ],
    },
    {
      title: 'Machine by machine',
      panels: [
        bars(
          'How far',
          'percentunit',
          'Verified part, of all chosen swarms together.',
          {
            '{{instance}}': `1 - sum by (instance) (swarmd_swarm_left_bytes${here}) / sum by (instance) (swarmd_swarm_size_bytes${here})`,
          },
          12,
        ),
        states(
          'State',
          'Of several swarms, the one that needs a look.',
          swarmStates,
          { '{{instance}}': swarmState('instance', SWARM) },
          12,
        ),
        stacked(
          'Download',
          'Bps',
          'Machine by machine.',
          {
            '{{instance}}': `sum by (instance) (swarmd_swarm_rate_bytes_per_second${only('direction="download"')})`,
          },
          12,
        ),
        stacked(
          'Upload',
          'Bps',
          'Who carries the load: it should not stay with the first seeder.',
          { '{{instance}}': `sum by (instance) (swarmd_swarm_rate_bytes_per_second${only('direction="upload"')})` },
          12,
        ),
        lines(
          'Progress',
          'percentunit',
          'Verified part, swarms alike.',
          { '{{instance}}': `avg by (instance) (swarmd_swarm_progress_ratio${here})` },
          12,
        ),
        lines(
          'Fairness',
          'percentunit',
          'Jain, of each machine that gives: 100 % when all it served got the same.',
          { '{{instance}}': `avg by (instance) (swarmd_choker_fairness_ratio${here})` },
          12,
        ),
        table(
          'What each has left',
          'bytes',
          'Swarm by swarm.',
          {
            columns: { instance: 'Machine', name: 'Torrent' },
            value: 'Left',
            expr: `sort_desc(sum by (instance, name) (swarmd_swarm_left_bytes${here} * on (instance, swarm) group_left (name) swarmd_swarm_info))`,
          },
          24,
        ),
      ],
    },
    {
      title: 'Do they agree?',
      panels: [
        lines(
          'Machines that each knows',
          'short',
          'One line when all know the same; apart: the network fell in parts.',
          {
            '{{instance}}': 'max by (instance) (swarmd_members{state="alive"})',
          },
        ),
        lines('What trackers say there is', 'short', 'One line each; lines that stay apart do not agree.', {
          '{{tracker}}: {{role}}s': `max by (tracker, role) (swarmd_tracker_peers${here})`,
        }),
        lines('How far trackers are apart', 'short', 'The most seeders that one counts less the fewest.', {
          seeders: `max(swarmd_tracker_peers${only('role="seeder"')}) - min(swarmd_tracker_peers${only('role="seeder"')})`,
        }),
      ],
    },
  ],
}
