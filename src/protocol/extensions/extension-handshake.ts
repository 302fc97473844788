import { decodeBencode, encodeBencode } from '../bencode/index.ts'
import type { BencodeDict, BencodeValue, ScanOptions } from '../bencode/index.ts'
import { foreignText } from '../foreign-text.ts'
import { integerBetween } from '../integer-between.ts'
import { ipBytes, ipText } from '../ip-address.ts'
import { ProtocolError } from '../protocol-error.ts'

/**
 * The first extended message each way (BEP 10), with extension id 0: what the sender takes, and under which ids.
 *
 * ```
 *  length:4 │ 20 │ 0 │ d 1:m d 11:ut_metadata i1e  6:ut_pex i2e e  1:p i5000e  4:reqq i250e  1:v 10:swarmd 0.1 e
 *                      └─ name → id the sender wants to get it with ─┘  └─ port, queue and name of the sender
 * ```
 *
 * Ids are the receiver's choice: to send `ut_pex` to a peer, use the id which that peer gave it.
 */
export interface ExtensionHandshake {
  /** Extension name → message id, 1 … 255. 0 says that the extension is off (again). */
  readonly m: ReadonlyMap<string, number>
  /** Client and version, in words for people. Another party's: cut to 64 characters, and without control characters. */
  readonly v?: string
  /** TCP port the sender listens on: what an incoming connection doesn't tell. */
  readonly port?: number
  /** How many outstanding requests the sender keeps before it drops some. */
  readonly reqq?: number
  /** Bytes of the info dictionary (BEP 9), as the sender says: no size to allocate without a bound of one's own. */
  readonly metadataSize?: number
  /**
   * Longest request that the sender serves, in bytes; left out it is a block of 16 KiB. A key of our own, `sw_request`: others
   * pass over it (BEP 10 wants that).
   */
  readonly longestRequest?: number
  /** The sender wants nothing any more, though it may not be complete: a partial seed (BEP 21). */
  readonly uploadOnly?: boolean
  /** The receiver's IP address as the sender sees it. */
  readonly yourIp?: string
}

/** Extension names kept of one peer: more than any client has. */
export const MAX_EXTENSIONS = 64

const MAX_NAME_LENGTH = 64
const MAX_VERSION_LENGTH = 64

/** Strict clients are few: keys out of order are no reason to lose a peer. */
const LIMITS: ScanOptions = { maxDepth: 16, maxTokens: 4096, allowUnsortedKeys: true }

/** The payload of an extended message with id 0. */
export function encodeExtensionHandshake(handshake: ExtensionHandshake): Buffer {
  const names = new Map<string, BencodeValue>()
  for (const [name, id] of handshake.m) names.set(Buffer.from(name, 'utf8').toString('latin1'), id)
  const values: BencodeDict = new Map<string, BencodeValue>([['m', names]])
  const { v, port, reqq, metadataSize, longestRequest, uploadOnly, yourIp } = handshake
  if (v !== undefined) values.set('v', Buffer.from(v, 'utf8'))
  if (port !== undefined) values.set('p', port)
  if (reqq !== undefined) values.set('reqq', reqq)
  if (metadataSize !== undefined) values.set('metadata_size', metadataSize)
  if (longestRequest !== undefined) values.set('sw_request', longestRequest)
  if (uploadOnly !== undefined) values.set('upload_only', uploadOnly ? 1 : 0)
  const ip = yourIp === undefined ? null : ipBytes(yourIp)
  if (ip !== null) values.set('yourip', ip)
  return encodeBencode(values)
}

/**
 * What a peer says of itself. A value of the wrong type or out of its range is as good as none, since clients disagree
 * about the smaller ones.
 *
 * @throws ProtocolError `bencode-…`; `invalid-extension-handshake`: not a dictionary.
 */
export function decodeExtensionHandshake(payload: Uint8Array): ExtensionHandshake {
  const values = decodeBencode(payload, LIMITS)
  if (!(values instanceof Map)) {
    throw new ProtocolError('invalid-extension-handshake', 'an extension handshake has to be a dictionary')
  }
  const port = integerBetween(values.get('p'), 1, 65535)
  const reqq = integerBetween(values.get('reqq'), 1, Number.MAX_SAFE_INTEGER)
  const metadataSize = integerBetween(values.get('metadata_size'), 1, Number.MAX_SAFE_INTEGER)
  const longestRequest = integerBetween(values.get('sw_request'), 1, Number.MAX_SAFE_INTEGER)
  const uploadOnly = integerBetween(values.get('upload_only'), 0, 1)
  const version = values.get('v')
  const v = version instanceof Uint8Array ? foreignText(version, MAX_VERSION_LENGTH) : ''
  const yourIp = values.get('yourip')
  return {
    m: extensionIds(values.get('m')),
    ...(v !== '' && { v }),
    ...(port !== undefined && { port }),
    ...(reqq !== undefined && { reqq }),
    ...(metadataSize !== undefined && { metadataSize }),
    ...(longestRequest !== undefined && { longestRequest }),
    ...(uploadOnly !== undefined && { uploadOnly: uploadOnly === 1 }),
    ...(yourIp instanceof Uint8Array && (yourIp.length === 4 || yourIp.length === 16) && { yourIp: ipText(yourIp) }),
  }
}

function extensionIds(names: BencodeValue | undefined): Map<string, number> {
  const ids = new Map<string, number>()
  if (!(names instanceof Map)) return ids
  for (const [name, value] of names) {
    const id = integerBetween(value, 0, 255)
    if (id === undefined || name.length > MAX_NAME_LENGTH) continue
    if (ids.size === MAX_EXTENSIONS) break
    ids.set(Buffer.from(name, 'latin1').toString('utf8'), id)
  }
  return ids
}
