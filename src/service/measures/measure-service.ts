/** Numbers of the service as a whole for metrics. */
import { freeBytes } from '../../io/index.ts'
import type { LocalPeers } from '../network/local-peers.ts'
import type { ServiceIdentity } from '../face.ts'
import type { ServiceMeasures } from './measures.ts'
import type { Network } from '../network/network.ts'
import type { PeerPort } from '../network/peer-port.ts'
import type { ServiceCounts } from './service-counts.ts'

export interface MeasuredParts {
  readonly identity: ServiceIdentity
  readonly counts: ServiceCounts
  readonly port: PeerPort
  readonly network: Network
  readonly localPeers: LocalPeers
}

export async function measureService(parts: MeasuredParts): Promise<ServiceMeasures> {
  const { identity, counts, port, localPeers } = parts
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
    listener: { ...port.counters, refused: { ...port.counters.refused } },
    limits: { connections: port.maxConnections },
    dials: counts.dials.view(),
    closes: counts.closes.view(),
    bans: counts.bans.view(),
    tracker: { ...port.tracker.sizes, requests: port.trackerRequests },
    announceSeconds: counts.announceSeconds.view(),
    members: measureMembers(parts.network),
    lsd: localPeers.isOn ? { ...localPeers.counts } : null,
  }
}

function measureMembers({ membership, traffic }: Network): ServiceMeasures['members'] {
  const { alive, suspected, gone, left } = membership.states
  const { changes, digests } = membership.counts
  return {
    states: { alive, suspect: suspected, gone, left },
    linked: membership.linked,
    differing: membership.differing,
    changes: { ...changes },
    digests: { ...digests },
    messages: { ...traffic.messages },
    bytes: { ...traffic.bytes },
  }
}
