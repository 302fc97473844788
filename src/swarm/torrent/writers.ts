/** Who is writing which block just now: bytes go straight from a socket to their piece. */
import type { PeerSession } from '../peer/peer-session.ts'
import type { PieceAssembly } from '../piece-picker/piece-assembly.ts'

/** Somebody writes one of the blocks from `first` up to `end`. */
export function isReceiving(
  sessions: Iterable<PeerSession>,
  assembly: PieceAssembly,
  first: number,
  end: number,
): boolean {
  for (const { receiving } of sessions) {
    if (receiving?.assembly === assembly && receiving.first < end && first < receiving.end) return true
  }
  return false
}

/** @returns whether anybody was writing into the piece. */
export function forgetWriters(sessions: Iterable<PeerSession>, assembly: PieceAssembly): boolean {
  let any = false
  for (const session of sessions) {
    if (session.receiving?.assembly !== assembly) continue
    session.receiving = null
    any = true
  }
  return any
}
