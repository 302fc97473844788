import type { PeerMeasures, ServiceMeasures, SwarmMeasures } from '../../src/service/measures/measures.ts'
import { Durations } from '../../src/swarm/index.ts'
import type { SwarmView } from '../../src/service/face.ts'

const durations = (...seconds: readonly number[]): ReturnType<Durations['view']> => {
  const counted = new Durations()
  for (const each of seconds) counted.observe(each)
  return counted.view()
}

export function fakeServiceMeasures(identity: ServiceMeasures['identity']): ServiceMeasures {
  return {
    identity,
    disk: {
      seconds: { read: durations(0.001), write: durations(0.002, 0.2), sync: durations(0.04) },
      bytes: { read: 1000, write: 2000 },
      pending: { read: 0, write: 1, sync: 0 },
      failures: { read: 0, write: 0, sync: 0 },
      freeBytes: 1e12,
    },
    journal: { flushSeconds: durations(0.05), failures: 0 },
    requestLatency: durations(0.01, 0.02),
    hashSeconds: durations(0.001),
    loopLag: durations(0, 0.001),
    listener: { connections: 3, halfOpen: 1, accepted: 9, refused: { deadline: 2 } },
    limits: { connections: 200 },
    dials: { connected: 4, refused: 1 },
    closes: { 'remote-closed': 2 },
    bans: {},
    tracker: {
      registeredSwarms: 1,
      foreignSwarms: 0,
      foreignPeers: 0,
      requests: { http: { announces: 5 }, udp: { dropped: 1 } },
    },
    announceSeconds: durations(0.02),
    members: {
      states: { alive: 3, suspect: 0, gone: 1, left: 0 },
      linked: 2,
      differing: 0,
      changes: { joined: 3, suspected: 1, refuted: 0, gone: 1, left: 0 },
      digests: { sent: 4, agreed: 3, differed: 1 },
      messages: { sent: 9, received: 8 },
      bytes: { sent: 900, received: 800 },
    },
    lsd: { sent: 1, used: 1, ignored: 0 },
  }
}

export function fakeSwarmMeasures(swarm: SwarmView, peers = 2, first = 0): SwarmMeasures {
  return {
    swarm,
    bytesLeft: swarm.length / 2,
    waste: { duplicate: 16384, late: 0, unasked: 0, 'hash-failed': 0, abandoned: 0 },
    hashFailures: 0,
    peers: { inbound: 1, outbound: 1, interestedInUs: 1, interestingToUs: 2, chokingUs: 1, snubbing: 0 },
    requests: { inFlight: 8, uploadQueue: 2, sent: 20, rejected: 1, cancelled: 2 },
    picker: { inProgress: 1, rarestAvailability: 1, spread: [0, 2, 3, 0, 0] },
    pex: { sent: 1, received: 2 },
    learned: { tracker: 2, lsd: 1 },
    memory: { readCache: 0, pieces: 262144, spare: 0, sockets: 16384, unsynced: 0 },
    choker: {
      slots: 4,
      optimisticSlots: 1,
      slotsUsed: 1,
      rounds: 3,
      decisions: { regular: 3, 'not-interested': 3 },
      waits: durations(0.001),
      fairness: 0.5,
    },
    trackers: [
      {
        tracker: '10.0.0.248:5000',
        working: true,
        answered: 2,
        failed: 0,
        nextAnnounceAt: 1_800_000_000,
        seeders: 1,
        leechers: 2,
      },
    ],
    peerMeasures: Array.from({ length: peers }, (_, number) => fakePeerMeasures(first + number)),
  }
}

/** The higher the number the faster; the first has a slot. */
export function fakePeerMeasures(number: number): PeerMeasures {
  return {
    address: `10.0.${number >> 8}.${number & 255}:5000`,
    downloadRate: 1000 * number,
    uploadRate: 10 * number,
    downloaded: 5000,
    uploaded: 50,
    progress: 0.25,
    requestsInFlight: 4,
    uploadQueue: 1,
    slot: number === 0 ? 'regular' : null,
    interestedInUs: number === 0,
    interestingToUs: true,
    chokingUs: number !== 0,
    snubbed: false,
    decision: number === 0 ? 'regular' : 'not-interested',
    rank: number === 0 ? 1 : 0,
    rankedRate: 900 * number,
  }
}
