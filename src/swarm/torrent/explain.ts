/** Says in words why things are as they are: one sentence, for a person. */
import type { PeerSession } from '../peer/peer-session.ts'

/** Why we get, or don't get, blocks from this peer. */
export function explainDownload(session: PeerSession, seeding: boolean, now: number): string {
  if (seeding) return 'we have everything'
  if (!session.amInterested) return 'it has nothing that we lack'
  if (session.snubbed) return `snubbed: it owed us blocks and sent none for ${seconds(now - session.lastBlockAt)}`
  if (!session.serves) return 'it chokes us'
  if (!session.isSource) return 'it would serve us, but we download from enough peers already'
  if (session.requests.size > 0) return counted(session.requests.size, 'request') + ' in flight'
  return 'all that it has is asked of others already'
}

/** A fast link fills all buffers that wait for the disk, and nothing is asked for until one is free again. */
const DISK_TURN_MS = 5000

/** What a torrent that is not complete waits for, or how it gets on. */
export function explainProgress(
  sessions: Iterable<PeerSession>,
  known: number,
  now: number,
): { stalled: boolean; reason: string } {
  let connected = 0
  let useful = 0
  let choking = 0
  let sending = 0
  let justSent = 0
  for (const session of sessions) {
    connected++
    if (!session.amInterested) continue
    useful++
    if (!session.serves) choking++
    if (session.snubbed) continue
    if (session.requests.size > 0) sending++
    else if (session.download.total > 0 && now - session.lastBlockAt < DISK_TURN_MS) justSent++
  }
  if (sending > 0) return { stalled: false, reason: `downloading from ${peers(sending)}, ${connected} connected` }
  if (justSent > 0 && choking < useful) {
    return { stalled: false, reason: `our disk takes what ${peers(justSent)} sent, ${connected} connected` }
  }
  if (connected === 0) {
    return { stalled: true, reason: known === 0 ? 'no peers known yet' : `connected to none of ${peers(known)} known` }
  }
  if (useful === 0) return { stalled: true, reason: `none of ${peers(connected)} has a piece that we lack` }
  if (choking === useful) return { stalled: true, reason: `all of ${peers(useful)} with pieces that we lack choke us` }
  return { stalled: true, reason: `${peers(useful)} with pieces that we lack, none sends` }
}

const counted = (count: number, what: string): string => (count === 1 ? `1 ${what}` : `${count} ${what}s`)
const peers = (count: number): string => counted(count, 'peer')
const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`
