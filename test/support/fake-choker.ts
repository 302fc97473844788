import type { ChokerRecordView, ChokerView, ChokeStandingView, FairnessView } from '../../src/service/face.ts'

const peerIdOf = (number: number): string => number.toString(16).padStart(40, '0')

export function fakeStanding(number: number, changes: Partial<ChokeStandingView> = {}): ChokeStandingView {
  return {
    address: `10.0.0.${number}:5000`,
    peerId: peerIdOf(number),
    downloadRate: 3_100_000.5,
    uploadRate: 2000,
    rankedRate: 3_100_000.5,
    interested: true,
    seeder: false,
    uploadOnly: false,
    snubbed: false,
    unused: false,
    freeRides: false,
    askedInVain: false,
    share: 0.41,
    shareReason: 'share 41 %: it gave 3.1 MB/s of 7.5 MB/s',
    sinceSeconds: 12.25,
    connectedSeconds: 60,
    rank: number,
    slot: 'regular',
    code: 'regular',
    reason: 'regular: 2nd of 9 by rate, 3.1 MB/s',
    ...changes,
  }
}

export function fakeChokerRecord(id: number): ChokerRecordView {
  return {
    id,
    kind: 'round',
    round: 3,
    time: '2026-01-01T00:00:30.000Z',
    seeding: false,
    slots: 4,
    unchoked: 1,
    fairness: { given: 0.5, reciprocity: null },
    decisions: [{ ...fakeStanding(1), slotBefore: null }],
  }
}

export function fakeChoker(): ChokerView {
  return {
    slots: 4,
    optimisticSlots: 1,
    roundSeconds: 30,
    optimisticSeconds: 30,
    unchoked: 1,
    uploadState: 'open',
    seeding: false,
    round: 3,
    lastRecordId: 42,
    nextRoundInSeconds: 12.5,
    nextOptimisticInSeconds: null,
    ranking: [
      fakeStanding(1),
      fakeStanding(2, {
        rank: 0,
        slot: null,
        share: 0,
        shareReason: null,
        code: 'not-interested',
        reason: 'choked: it is not interested in our pieces',
        interested: false,
      }),
    ],
    sources: {
      limit: 4,
      peers: [
        {
          address: '10.0.0.1:5000',
          peerId: peerIdOf(1),
          downloadRate: 1000,
          requestsInFlight: 4,
          sinceSeconds: 30,
          givesWay: false,
          code: 'downloading',
          reason: '4 requests in flight, 1.0 kB/s',
        },
      ],
    },
    decisions: {
      regular: 3,
      turn: 0,
      settling: 0,
      optimistic: 1,
      'free-slot': 4,
      unused: 0,
      outranked: 2,
      waiting: 1,
      'not-interested': 5,
      seeder: 0,
      'upload-only': 0,
      snubbed: 0,
    },
  }
}

export function fakeFairness(): FairnessView {
  return {
    given: 0.75,
    reciprocity: null,
    longestWaitSeconds: 61.5,
    peers: [
      {
        address: '10.0.0.1:5000',
        peerId: peerIdOf(1),
        connected: true,
        given: 4000,
        got: 8000,
        reciprocity: 0.5,
        firstByteSeconds: 0.004,
        waitedSeconds: 90,
        longestWaitSeconds: 61.5,
        servedSeconds: 300,
        turns: 3,
      },
    ],
  }
}
