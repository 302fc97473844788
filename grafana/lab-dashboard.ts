import type { DashboardPlan } from './panels.ts'

export const labDashboard: DashboardPlan = {
  uid: 'swarmd-lab',
  title: 'swarmd / Lab',
  about: 'All machines at once: how far each is, how fast, which is stuck, and whether the trackers agree.',
  variables: ['swarm'],
  rows: [
    {
      title: 'The lab',
      panels: [
        {
          kind: 'number',
          width: 6,
          title: 'Machines that answer',
          unit: 'short',
          about: 'Of those that Prometheus was told of.',
          queries: [{ expr: 'sum(up{job="swarmd"})' }],
        },
        {
          kind: 'number',
          width: 6,
          title: 'Machines that have all',
          unit: 'short',
          about: 'Seeders of the chosen swarms.',
          queries: [{ expr: 'sum(swarmd_swarm_status{swarm=~"$swarm",status="seeder"})' }],
        },
        {
          kind: 'number',
          width: 6,
          title: 'Stuck',
          unit: 'short',
          about: 'Swarms that want pieces and get none, or are in error.',
          queries: [{ expr: 'sum(swarmd_swarm_state{swarm=~"$swarm",state=~"stalled|error"})' }],
        },
        {
          kind: 'number',
          width: 6,
          title: 'Last one done in',
          unit: 's',
          about: 'At the rates of the last 20 s.',
          queries: [{ expr: 'max(swarmd_swarm_eta_seconds{swarm=~"$swarm"})' }],
        },
      ],
    },
    {
      title: 'Machine by machine',
      panels: [
        {
          kind: 'lines',
          width: 12,
          title: 'Progress',
          unit: 'percentunit',
          about: 'Verified part, machine by machine.',
          queries: [
            { expr: 'avg by (instance) (swarmd_swarm_progress_ratio{swarm=~"$swarm"})', legend: '{{instance}}' },
          ],
        },
        {
          kind: 'states',
          width: 12,
          title: 'State',
          unit: 'short',
          about: '1 while the machine is in that state.',
          queries: [
            {
              expr: 'max by (instance, state) (swarmd_swarm_state{swarm=~"$swarm"} == 1)',
              legend: '{{instance}} {{state}}',
            },
          ],
        },
        {
          kind: 'stacked',
          width: 12,
          title: 'Download',
          unit: 'Bps',
          about: 'Machine by machine.',
          queries: [
            {
              expr: 'sum by (instance) (swarmd_swarm_rate_bytes_per_second{swarm=~"$swarm",direction="download"})',
              legend: '{{instance}}',
            },
          ],
        },
        {
          kind: 'stacked',
          width: 12,
          title: 'Upload',
          unit: 'Bps',
          about: 'Who carries the load: it should not stay with the first seeder.',
          queries: [
            {
              expr: 'sum by (instance) (swarmd_swarm_rate_bytes_per_second{swarm=~"$swarm",direction="upload"})',
              legend: '{{instance}}',
            },
          ],
        },
        {
          kind: 'rows',
          width: 12,
          title: 'What each has left',
          unit: 'bytes',
          about: 'With the name of the torrent.',
          queries: [
            {
              expr: 'sum by (instance, name) (swarmd_swarm_left_bytes{swarm=~"$swarm"} * on (instance, swarm) group_left (name) swarmd_swarm_info)',
            },
          ],
        },
        {
          kind: 'lines',
          width: 12,
          title: 'Fairness over the lab',
          unit: 'percentunit',
          about: 'Jain, of each machine that gives.',
          queries: [
            { expr: 'avg by (instance) (swarmd_choker_fairness_ratio{swarm=~"$swarm"})', legend: '{{instance}}' },
          ],
        },
      ],
    },
    {
      title: 'Do the trackers agree?',
      panels: [
        {
          kind: 'lines',
          width: 12,
          title: 'What trackers say there is',
          unit: 'short',
          about: 'One line each; lines that stay apart do not agree.',
          queries: [
            {
              expr: 'max by (tracker, role) (swarmd_tracker_peers{swarm=~"$swarm"})',
              legend: '{{tracker}}: {{role}}s',
            },
          ],
        },
        {
          kind: 'lines',
          width: 12,
          title: 'How far apart',
          unit: 'short',
          about: 'Most seeders that a tracker counts less the fewest.',
          queries: [
            {
              expr: 'max(swarmd_tracker_peers{swarm=~"$swarm",role="seeder"}) - min(swarmd_tracker_peers{swarm=~"$swarm",role="seeder"})',
              legend: 'seeders',
            },
          ],
        },
      ],
    },
  ],
}
