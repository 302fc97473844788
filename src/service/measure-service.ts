/** Numbers of the service as a whole for metrics. */
import { freeBytes, type ListenerCounters } from '../io/index.ts'
import type { TrackerRegistry } from '../network/index.ts'
import type { ServiceIdentity } from './face.ts'
import type { ServiceMeasures } from './measures.ts'
import type { ServiceCounts } from './service-counts.ts'

export interface MeasuredParts {
  readonly identity: ServiceIdentity
  readonly maxConnections: number
  readonly counts: ServiceCounts
  readonly listener: ListenerCounters
  readonly tracker: TrackerRegistry
}

export async function measureService(parts: MeasuredParts): Promise<ServiceMeasures> {
  const { identity, counts, listener, tracker } = parts
  const { disk } = counts
  const free = await freeBytes(identity.root).catch(() => null)
  return {
    identity,
    disk: {
      seconds: {
        read: disk.seconds.read.view(),
        write: disk.seconds.write.view(),
        sync: disk.seconds.sync.view(),
      },
      bytes: { ...disk.bytes },
      pending: { ...disk.pending },
      failures: { ...disk.failures },
      freeBytes: free,
    },
    journal: { flushSeconds: counts.flushSeconds.view(), failures: counts.flushFailures },
    requestLatency: counts.requestLatency.view(),
    hashSeconds: counts.hashSeconds.view(),
    loopLag: counts.loopLag.view(),
    listener: { ...listener, refused: { ...listener.refused } },
    limits: { connections: parts.maxConnections },
    dials: counts.dials.view(),
    closes: counts.closes.view(),
    bans: counts.bans.view(),
    tracker: { ...tracker.sizes, announces: tracker.announces },
  }
}
