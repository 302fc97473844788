/** Metrics of those who read /events. */
import type { EventCounts } from '../events/event-hub.ts'
import { type Metric, one } from './metric.ts'

export const eventMetrics: readonly Metric<EventCounts>[] = [
  {
    name: 'swarmd_events_readers',
    type: 'gauge',
    labels: [],
    help: 'Connections that read /events, such as open pages.',
    read: ({ readers }) => one(readers),
  },
  {
    name: 'swarmd_events_dropped_total',
    type: 'counter',
    labels: [],
    help: 'Messages with figures that were left out for readers that are too slow; others never wait for them.',
    read: ({ dropped }) => one(dropped),
  },
  {
    name: 'swarmd_events_readers_cut_off_total',
    type: 'counter',
    labels: [],
    help: 'Readers that were more than 1 MiB behind and were sent away.',
    read: ({ closedAsTooSlow }) => one(closedAsTooSlow),
  },
]
