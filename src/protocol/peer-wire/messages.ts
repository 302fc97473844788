/**
 * Messages after the handshake (BEP 3 §peer messages). Each is a frame; numbers are big-endian:
 *
 * ```
 *  ├─ length: 4 ─┼─ id: 1 ─┼─ payload: length - 1 ─┤     length 0: keep-alive, it has no id
 *
 *  id   name             payload                      source
 *   -   keep-alive                                    BEP 3
 *   0   choke                                         BEP 3
 *   1   unchoke                                       BEP 3
 *   2   interested                                    BEP 3
 *   3   not-interested                                BEP 3
 *   4   have             index:4                      BEP 3
 *   5   bitfield         one bit a piece              BEP 3
 *   6   request          index:4 begin:4 length:4     BEP 3
 *   7   piece            index:4 begin:4 block        BEP 3
 *   8   cancel           index:4 begin:4 length:4     BEP 3
 *   9   port             port:2                       BEP 5
 *  13   suggest          index:4                      BEP 6
 *  14   have-all                                      BEP 6
 *  15   have-none                                     BEP 6
 *  16   reject           index:4 begin:4 length:4     BEP 6
 *  17   allowed-fast     index:4                      BEP 6
 *  20   extended         extension id:1 bytes         BEP 10
 * ```
 *
 * A request is for a block of 16 KiB, or between two that say they take it for several in a row (`sw_request`,
 * see `extensions/extension-handshake.ts`); its piece message is as long.
 */
export const MESSAGE_ID = {
  choke: 0,
  unchoke: 1,
  interested: 2,
  'not-interested': 3,
  have: 4,
  bitfield: 5,
  request: 6,
  piece: 7,
  cancel: 8,
  port: 9,
  suggest: 13,
  'have-all': 14,
  'have-none': 15,
  reject: 16,
  'allowed-fast': 17,
  extended: 20,
} as const

/** Part of a piece: `length` bytes from byte `begin` of piece `index` on. */
export interface BlockRange {
  readonly index: number
  readonly begin: number
  readonly length: number
}

export type BareMessage = {
  readonly type: 'keep-alive' | 'choke' | 'unchoke' | 'interested' | 'not-interested' | 'have-all' | 'have-none'
}
export type IndexMessage = { readonly type: 'have' | 'suggest' | 'allowed-fast'; readonly index: number }
export type BlockMessage = { readonly type: 'request' | 'cancel' | 'reject' } & BlockRange

/**
 * What two peers say to each other. There is no `piece` here: blocks are most of the bytes, so they never
 * become a message (see FrameSink for the way in, {@link encodePieceHeader} for the way out).
 */
export type PeerMessage =
  | BareMessage
  | IndexMessage
  | BlockMessage
  | { readonly type: 'bitfield'; readonly bytes: Buffer }
  | { readonly type: 'port'; readonly port: number }
  /** `id` 0 is the extension handshake; the others are what that handshake agreed on (BEP 10). */
  | { readonly type: 'extended'; readonly id: number; readonly payload: Buffer }

const PREFIX_LENGTH = 4
const BLOCK_FRAME_LENGTH = 17

/** Bytes before the block in a piece frame: length, id, index, begin. */
export const PIECE_HEADER_LENGTH = 13

/** The frame of one message. @throws RangeError when a number doesn't fit its field. */
export function encodeMessage(message: PeerMessage): Buffer {
  switch (message.type) {
    case 'keep-alive':
      return Buffer.alloc(PREFIX_LENGTH)
    case 'choke':
    case 'unchoke':
    case 'interested':
    case 'not-interested':
    case 'have-all':
    case 'have-none':
      return startFrame(message.type, 0)
    case 'have':
    case 'suggest':
    case 'allowed-fast': {
      const frame = startFrame(message.type, 4)
      frame.writeUInt32BE(message.index, 5)
      return frame
    }
    case 'request':
    case 'cancel':
    case 'reject':
      return encodeRequests(message.type, [message])
    case 'bitfield': {
      const frame = startFrame('bitfield', message.bytes.length)
      frame.set(message.bytes, 5)
      return frame
    }
    case 'port': {
      const frame = startFrame('port', 2)
      frame.writeUInt16BE(message.port, 5)
      return frame
    }
    case 'extended': {
      const frame = startFrame('extended', 1 + message.payload.length)
      frame.writeUInt8(message.id, 5)
      frame.set(message.payload, 6)
      return frame
    }
  }
}

/**
 * Frames of 17 bytes, one behind the other: a whole batch of requests is one buffer and one write.
 *
 * @throws RangeError when a number doesn't fit its field.
 */
export function encodeRequests(type: BlockMessage['type'], blocks: readonly BlockRange[]): Buffer {
  const frames = Buffer.allocUnsafe(blocks.length * BLOCK_FRAME_LENGTH)
  let at = 0
  for (const block of blocks) {
    at = frames.writeUInt32BE(BLOCK_FRAME_LENGTH - PREFIX_LENGTH, at)
    at = frames.writeUInt8(MESSAGE_ID[type], at)
    at = frames.writeUInt32BE(block.index, at)
    at = frames.writeUInt32BE(block.begin, at)
    at = frames.writeUInt32BE(block.length, at)
  }
  return frames
}

/**
 * The bytes that go before a block: the block itself is then written from where it lies, without a copy.
 *
 * @throws RangeError when a number doesn't fit its field.
 */
export function encodePieceHeader(index: number, begin: number, blockLength: number): Buffer {
  const header = Buffer.allocUnsafe(PIECE_HEADER_LENGTH)
  header.writeUInt32BE(PIECE_HEADER_LENGTH - PREFIX_LENGTH + blockLength, 0)
  header.writeUInt8(MESSAGE_ID.piece, 4)
  header.writeUInt32BE(index, 5)
  header.writeUInt32BE(begin, 9)
  return header
}

/** A frame with its prefix and its id; the payload is for the caller to fill. */
function startFrame(type: keyof typeof MESSAGE_ID, payloadLength: number): Buffer {
  const frame = Buffer.allocUnsafe(PREFIX_LENGTH + 1 + payloadLength)
  frame.writeUInt32BE(1 + payloadLength, 0)
  frame.writeUInt8(MESSAGE_ID[type], PREFIX_LENGTH)
  return frame
}
