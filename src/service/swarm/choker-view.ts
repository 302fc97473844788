/** Pictures of the choker for the control plane. */
import { monotonicNow, wallClock } from '../../io/index.ts'
import { addressKey, type InfoHash } from '../../protocol/index.ts'
import {
  ranking,
  rankedRate,
  shareWords,
  uplinkShares,
  type ChokeCandidate,
  type ChokerLog,
  type ChokerRecord,
  type PeerAccount,
  type PeerSession,
  type Torrent,
} from '../../swarm/index.ts'
import type {
  ChokeDecisionView,
  ChokerRecordView,
  ChokerView,
  ChokeStandingView,
  FairnessView,
  PeerFairnessView,
  SourceView,
} from '../choker-face.ts'
import type { ServiceNews } from '../events.ts'
import type { ActivePhase } from './swarm-phase.ts'

/** A decision as an event of this moment. */
export function chokerNews(infoHash: InfoHash, record: ChokerRecord): ServiceNews {
  return { type: 'choker.round', infoHash, record: viewRecord(record, monotonicNow(), wallClock().getTime()) }
}

/** The decisions after number `since`, or the last ones when it is null; `limit` at most. */
export function viewRounds(
  log: ChokerLog,
  since: number | null,
  limit: number,
  now: number,
  wallNow: number,
): { items: ChokerRecordView[]; lastId: number } {
  const records = since === null ? log.since(0).slice(-limit) : log.since(since).slice(0, limit)
  return { items: records.map((record) => viewRecord(record, now, wallNow)), lastId: log.lastId }
}

/** @param wallNow ms since the epoch, at monotonic `now` */
export function viewRecord(record: ChokerRecord, now: number, wallNow: number): ChokerRecordView {
  const { id, kind, round, at, seeding, slots, fairness, verdicts } = record
  const shares = sharesOf(
    verdicts.map(({ candidate, decision }) => ({ ...candidate, slot: decision.slot })),
    seeding,
  )
  return {
    id,
    kind,
    round,
    time: new Date(wallNow - (now - at)).toISOString(),
    seeding,
    slots,
    unchoked: verdicts.filter(({ decision }) => decision.slot !== null).length,
    fairness,
    decisions: verdicts.map(({ address, peerId, candidate, decision }, place): ChokeDecisionView => {
      const { rank, slot, code, reason } = decision
      const seen = { ...viewCandidate(candidate, seeding, at), ...(shares[place] ?? NO_SHARE) }
      return { address: addressKey(address), peerId, ...seen, rank, slotBefore: candidate.slot, slot, code, reason }
    }),
  }
}

export function viewChoker({ torrent }: ActivePhase, now: number): ChokerView {
  const { choking, chokerSettings: settings } = torrent
  const { candidates, seeding } = choking.look(now)
  const ranked = ranking(candidates, seeding)
  const shares = sharesOf(candidates, seeding)
  const seconds = (at: number | null): number | null => (at === null ? null : Math.max(0, (at - now) / 1000))
  const standing = (candidate: ChokeCandidate, rank: number): ChokeStandingView[] => {
    const session = torrent.sessions.get(candidate.key)
    if (!session) return []
    const { slot, code, reason } = session.verdict
    const { address, peerId } = session
    const seen = { ...viewCandidate(candidate, seeding, now), ...(shares[candidates.indexOf(candidate)] ?? NO_SHARE) }
    return [{ address: addressKey(address), peerId, ...seen, rank, slot, code, reason }]
  }
  return {
    slots: settings.slots,
    optimisticSlots: settings.optimisticSlots,
    roundSeconds: settings.roundMs / 1000,
    optimisticSeconds: settings.optimisticMs / 1000,
    unchoked: torrent.unchoked,
    uploadState: torrent.unchoked >= settings.slots ? 'choked' : 'open',
    seeding,
    round: choking.log.lastRound,
    lastRecordId: choking.log.lastId,
    nextRoundInSeconds: seconds(choking.nextRoundAt),
    nextOptimisticInSeconds: seconds(choking.nextOptimisticAt),
    ranking: [
      ...ranked.flatMap((candidate, at) => standing(candidate, at + 1)),
      ...candidates.filter((one) => !ranked.includes(one)).flatMap((candidate) => standing(candidate, 0)),
    ],
    sources: {
      limit: torrent.limits.maxSources,
      peers: Array.from(torrent.sourceSessions, (one) => viewSource(one, torrent, now)),
    },
    decisions: choking.counts.decisions,
  }
}

type Shared = Pick<ChokeStandingView, 'share' | 'shareReason'>
const NO_SHARE: Shared = { share: 0, shareReason: null }

/** For each in their order. */
function sharesOf(candidates: readonly ChokeCandidate[], seeding: boolean): Shared[] {
  const shares = uplinkShares(candidates, seeding)
  const gave = candidates.reduce((sum, { slot, downloadRate }) => sum + (slot === null ? 0 : downloadRate), 0)
  return candidates.map(({ slot, downloadRate, freeRides }, at) => {
    if (slot === null) return NO_SHARE
    const share = shares[at] ?? 0
    return { share, shareReason: seeding ? null : shareWords(share, downloadRate, gave, freeRides) }
  })
}

function viewCandidate(candidate: ChokeCandidate, seeding: boolean, now: number) {
  const { downloadRate, uploadRate, interested, seeder, uploadOnly, snubbed, unused, since, connectedAt } = candidate
  return {
    downloadRate,
    uploadRate,
    rankedRate: rankedRate(candidate, seeding),
    interested,
    seeder,
    uploadOnly,
    snubbed,
    unused,
    freeRides: candidate.freeRides,
    askedInVain: candidate.askedInVain,
    sinceSeconds: (now - since) / 1000,
    connectedSeconds: (now - connectedAt) / 1000,
  }
}

function viewSource(session: PeerSession, torrent: Torrent, now: number): SourceView {
  return {
    address: addressKey(session.address),
    peerId: session.peerId,
    downloadRate: session.download.rate(now),
    requestsInFlight: session.requests.size,
    sinceSeconds: (now - session.sourceSince) / 1000,
    givesWay: session.givesWay,
    ...torrent.whyFrom(session, now),
  }
}

export function viewFairness({ torrent }: ActivePhase, now: number): FairnessView {
  const { choking } = torrent
  const accounts = choking.accounts(now)
  const longest = accounts.filter(({ connected }) => connected).map(({ longestWaitMs }) => longestWaitMs)
  return {
    ...choking.fairness(now),
    longestWaitSeconds: Math.max(0, ...longest) / 1000,
    peers: accounts.map(viewAccount),
  }
}

function viewAccount(account: PeerAccount): PeerFairnessView {
  const { address, peerId, connected, given, got, turns } = account
  return {
    address: addressKey(address),
    peerId,
    connected,
    given,
    got,
    reciprocity: got > 0 ? given / got : null,
    firstByteSeconds: account.firstByteMs === null ? null : account.firstByteMs / 1000,
    waitedSeconds: account.waitedMs / 1000,
    longestWaitSeconds: account.longestWaitMs / 1000,
    servedSeconds: account.servedMs / 1000,
    turns,
  }
}
