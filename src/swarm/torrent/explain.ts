/**
 * The mirror of the choker's reasons: why *we* get blocks, or get none, from a peer and in the whole swarm. A code for
 * programs, a sentence for a person.
 */
import { formatRate, formatTime } from '../choker/choke-reasons.ts'
import type { PeerSession } from '../peer/peer-session.ts'

export type DownloadCode =
  /** We have everything. */
  | 'complete'
  /** It has no piece that we lack, so we are not interested. */
  | 'nothing-we-lack'
  /** It owes us blocks and sends none. */
  | 'snubbed'
  /** It chokes us. */
  | 'choked'
  /** We download from as many as we may, and ask nothing of it. */
  | 'spare'
  /** We download from it. */
  | 'downloading'
  /** It is one of the few we ask, and all that it has is asked of others. */
  | 'all-asked'
  /** It gives way to another: what it owes still comes. */
  | 'gives-way'
  /** The disk is behind, so that we ask for nothing new. */
  | 'disk-behind'
  /** What the user lets come in is used up for the moment. */
  | 'limited'
  /** Of a magnet link's swarm: it gives us the metadata, or has none for us. */
  | 'metadata'
  | 'no-metadata'

export interface Explanation<Code> {
  readonly code: Code
  readonly reason: string
}

export interface DownloadSituation {
  readonly seeding: boolean
  readonly maxSources: number
  readonly storagePressure: boolean
  /** The limit of the download rate lets nothing be asked for at this moment. */
  readonly limited: boolean
}

/** Why we get, or don't get, blocks from this peer. */
export function explainDownload(
  session: PeerSession,
  { seeding, maxSources, storagePressure, limited }: DownloadSituation,
  now: number,
): Explanation<DownloadCode> {
  const because = (code: DownloadCode, reason: string): Explanation<DownloadCode> => ({ code, reason })
  const asked = session.requests.size
  if (seeding) return because('complete', 'we have everything')
  if (!session.amInterested && session.wantedPieces > 0) {
    return because(
      'spare',
      `it has pieces that we lack, but we download from ${counted(maxSources, 'other')}, and say that we want none of it`,
    )
  }
  if (!session.amInterested) {
    return because('nothing-we-lack', 'it has nothing that we lack, so we are not interested')
  }
  if (session.snubbed) {
    const silent = formatTime(now - session.lastBlockAt)
    return because('snubbed', `snubbed: it owed us blocks and sent none for ${silent}`)
  }
  if (!session.serves) return because('choked', 'it chokes us: it gives its slots to others')
  if (!session.isSource) {
    return because(
      'spare',
      `it would serve us, but we download from ${counted(maxSources, 'other')}; it is tried in its turn`,
    )
  }
  if (session.givesWay) return because('gives-way', `it gives way to another, ${counted(asked, 'request')} to go`)
  if (asked > 0) {
    return because('downloading', `${counted(asked, 'request')} in flight, ${formatRate(session.download.rate(now))}`)
  }
  if (storagePressure) return because('disk-behind', 'our disk is behind, so that we ask for nothing new')
  if (limited) {
    const rate = formatRate(session.download.rate(now))
    return because('limited', `${rate}; more is asked for as soon as our download limit lets us`)
  }
  return because('all-asked', 'all that it has is asked of others already')
}

export type ProgressCode =
  | 'downloading'
  | 'no-peers-known'
  | 'not-connected'
  | 'nothing-we-lack'
  | 'all-choke-us'
  | 'snubbed'
  | 'disk-behind'
  | 'nothing-to-ask'

export interface Progress extends Explanation<ProgressCode> {
  readonly stalled: boolean
}

export interface ProgressSituation {
  readonly sessions: Iterable<PeerSession>
  /** Addresses that we know. */
  readonly known: number
  /** Pieces that no connected peer has. */
  readonly unavailable: number
  readonly storagePressure: boolean
  /** As above. */
  readonly limited: boolean
}

/** A fast link fills all buffers that wait for the disk, and nothing is asked for until one is free again. */
const DISK_TURN_MS = 5000

/** What a torrent that is not complete waits for, or how it gets on and what holds it back. */
export function explainProgress(
  { sessions, known, unavailable, storagePressure, limited }: ProgressSituation,
  now: number,
): Progress {
  let connected = 0
  let useful = 0
  let choking = 0
  let snubbing = 0
  let sending = 0
  let justSent = 0
  for (const session of sessions) {
    connected++
    if (!session.amInterested) continue
    useful++
    if (session.snubbed) snubbing++
    else if (session.requests.size > 0) sending++
    else if (!session.serves) choking++
    else if (session.download.total > 0 && now - session.lastBlockAt < DISK_TURN_MS) justSent++
  }
  const stalled = (code: ProgressCode, reason: string): Progress => ({ stalled: true, code, reason })
  if (limited && !storagePressure && sending + justSent > 0) {
    const reason = `downloading from ${peers(sending + justSent)}, ${connected} connected; our download limit holds it back`
    return { stalled: false, code: 'downloading', reason }
  }
  if (sending > 0) {
    const held = storagePressure
      ? '; our disk is behind, so that we ask for nothing new'
      : unavailable > 0
        ? `; ${counted(unavailable, 'piece')} that we lack nobody connected has`
        : choking > 0
          ? `; ${choking} more ${choking === 1 ? 'chokes' : 'choke'} us`
          : snubbing > 0
            ? `; ${snubbing} more ${snubbing === 1 ? 'sends' : 'send'} nothing of what was asked`
            : ''
    const reason = `downloading from ${peers(sending)}, ${connected} connected${held}`
    return { stalled: false, code: storagePressure ? 'disk-behind' : 'downloading', reason }
  }
  if (justSent > 0) {
    const reason = `our disk takes what ${peers(justSent)} sent, ${connected} connected`
    return { stalled: false, code: 'disk-behind', reason }
  }
  if (connected === 0 && known === 0) return stalled('no-peers-known', 'no peers known yet')
  if (connected === 0) return stalled('not-connected', `connected to none of ${peers(known)} known`)
  if (useful === 0) return stalled('nothing-we-lack', `none of ${peers(connected)} has a piece that we lack`)
  if (storagePressure) return stalled('disk-behind', 'our disk is behind: nothing new is asked until it has caught up')
  if (choking === useful) {
    const who = useful === 1 ? 'the only peer' : `all of ${peers(useful)}`
    return stalled('all-choke-us', `${who} with pieces that we lack ${useful === 1 ? 'chokes' : 'choke'} us`)
  }
  if (choking + snubbing === useful) {
    const rest = choking > 0 ? `, and ${choking} ${choking === 1 ? 'chokes' : 'choke'} us` : ''
    return stalled('snubbed', `${peers(snubbing)} with pieces that we lack sent nothing of what was asked${rest}`)
  }
  return stalled('nothing-to-ask', `${peers(useful)} with pieces that we lack, and nothing to ask of them now`)
}

const counted = (count: number, what: string): string => (count === 1 ? `1 ${what}` : `${count} ${what}s`)
const peers = (count: number): string => counted(count, 'peer')
