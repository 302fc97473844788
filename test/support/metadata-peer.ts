/** A fake peer's words about metadata (BEP 9), written down anew: a test must not lean on the code that it tests. */
import { ID, type FakePeer } from './fake-peer.ts'

export const METADATA_PIECE = 16 * 1024
/** By which the fake peer wants to be told, and by which the service wants it. */
export const OUR_METADATA_ID = 9
export const THEIR_METADATA_ID = 2

export function sayExtended(peer: FakePeer, id: number, ...payload: readonly (Uint8Array | string)[]): void {
  const parts = payload.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part))
  peer.frame(ID.extended, Buffer.concat([Buffer.from([id]), ...parts]))
}

/** The peer says that it has metadata of this size; a text is bencode of any kind. */
export function claimMetadata(peer: FakePeer, size: number | bigint | string): void {
  const value = typeof size === 'string' ? size : `i${size}e`
  sayExtended(peer, 0, `d1:md11:ut_metadatai${OUR_METADATA_ID}ee13:metadata_size${value}e`)
}

/** From now on each request is answered with a piece of these bytes. */
export function answerWithMetadata(peer: FakePeer, bytes: Buffer): void {
  peer.onFrame(({ id, payload }) => {
    const piece = /^d8:msg_typei0e5:piecei(\d+)ee$/.exec(payload.toString('latin1', 1))?.[1]
    if (id !== ID.extended || payload[0] !== OUR_METADATA_ID || piece === undefined) return
    const head = `d8:msg_typei1e5:piecei${piece}e10:total_sizei${bytes.length}ee`
    const start = Number(piece) * METADATA_PIECE
    sayExtended(peer, THEIR_METADATA_ID, head, bytes.subarray(start, start + METADATA_PIECE))
  })
}
