import { addressKey, infoHashFromHex, type InfoHash, type PeerAddress } from '../ids.ts'
import { canonicalIp } from '../ip-address.ts'
import { pieceSize } from '../metainfo/file-slices.ts'
import { METAINFO_LIMITS } from '../metainfo/metainfo.ts'
import { sanitisePathElement } from '../metainfo/sanitise-path-element.ts'
import { ProtocolError } from '../protocol-error.ts'
import { MANIFEST_LIMITS, MAX_PIECES, type Manifest, type ManifestPiece, type NameChoice } from './manifest.ts'

type Fields = Readonly<Record<string, unknown>>

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const SHA1 = /^[0-9a-f]{40}$/
const ADDRESS = /^(?:\[([0-9a-f:.]{2,45})\]|([0-9.]{7,15})):([1-9]\d{0,4})$/

/**
 * Reads a manifest that somebody sent. Fields that are not known are passed over: a later version may say more.
 *
 * @throws ProtocolError `manifest-too-large`, `manifest-not-json`, and `manifest-invalid` for what is missing, of another type, out of
 *   its bounds, or does not agree with the rest; the message says what.
 */
export function decodeManifest(bytes: Uint8Array): Manifest {
  const fields = readObject(bytes)
  const name = nameAt(fields)
  const length = integerAt(fields, 'length', 1, Number.MAX_SAFE_INTEGER)
  const pieceLength = integerAt(fields, 'pieceLength', 1, METAINFO_LIMITS.pieceLength)
  const pieceCount = integerAt(fields, 'pieceCount', 1, MAX_PIECES)
  if (pieceCount !== Math.ceil(length / pieceLength)) {
    throw invalid(`${pieceCount} pieces of ${pieceLength} bytes are not ${length} bytes`)
  }
  const infoHash = infoHashAt(fields)
  const { isPrivate } = fields
  if (typeof isPrivate !== 'boolean') throw invalid('isPrivate is true or false')
  const shape = { name, length, pieceLength, pieceCount }
  const pieces = listAt(fields, 'pieces', MANIFEST_LIMITS.pieces).map((piece) => readPiece(piece, shape))
  const [first] = pieces
  if (first === undefined) throw invalid('it has no pieces')
  if (pieces.some(({ number }, at) => number !== first.number + at)) throw invalid('the pieces are not in order')
  const end = first.number + pieces.length
  const nextPiece = end > pieceCount ? null : end
  if (fields['nextPiece'] !== nextPiece) throw invalid(`nextPiece is ${nextPiece} after piece ${end - 1}`)
  return { name, length, pieceLength, pieceCount, infoHash, isPrivate, pieces, nextPiece }
}

/**
 * Reads the list of several torrents that have one name.
 * @throws ProtocolError as `decodeManifest`
 */
export function decodeNameChoice(bytes: Uint8Array): NameChoice {
  const fields = readObject(bytes)
  const candidates = listAt(fields, 'candidates', MANIFEST_LIMITS.candidates).map((candidate) => {
    const of = objectOf(candidate, 'a candidate')
    return { infoHash: infoHashAt(of), length: integerAt(of, 'length', 1, Number.MAX_SAFE_INTEGER) }
  })
  if (new Set(candidates.map(({ infoHash }) => infoHash)).size < 2) throw invalid('a choice is one of several')
  return { name: nameAt(fields), candidates }
}

function readPiece(
  value: unknown,
  shape: Pick<Manifest, 'name' | 'length' | 'pieceLength' | 'pieceCount'>,
): ManifestPiece {
  const fields = objectOf(value, 'a piece')
  const number = integerAt(fields, 'number', 1, shape.pieceCount)
  if (fields['name'] !== `${shape.name}.${number}`) throw invalid(`piece ${number} has another name`)
  const length = pieceSize(shape, number - 1)
  if (fields['length'] !== length) throw invalid(`piece ${number} has ${length} bytes`)
  const { sha1 } = fields
  if (typeof sha1 !== 'string' || !SHA1.test(sha1)) throw invalid(`sha1 of piece ${number} is 40 hex digits`)
  const holders = listAt(fields, 'holders', MANIFEST_LIMITS.holders).map(readAddress)
  if (new Set(holders.map(addressKey)).size !== holders.length)
    throw invalid(`a holder of piece ${number} stands twice`)
  return { number, sha1, length, holders }
}

function readAddress(value: unknown): PeerAddress {
  const [, v6, v4, digits] = (typeof value === 'string' ? ADDRESS.exec(value) : null) ?? []
  const host = canonicalIp(v6 ?? v4 ?? '')
  const port = Number(digits)
  if (host === null || !(port <= 65_535)) throw invalid('a holder is an IP address and a port')
  return { host, port }
}

function readObject(bytes: Uint8Array): Fields {
  if (bytes.length > MANIFEST_LIMITS.bytes) {
    throw new ProtocolError('manifest-too-large', `a manifest: more than ${MANIFEST_LIMITS.bytes} bytes`)
  }
  try {
    return objectOf(JSON.parse(utf8.decode(bytes)), 'it')
  } catch (error) {
    if (error instanceof ProtocolError) throw error
    throw new ProtocolError('manifest-not-json', 'a manifest: it is no JSON in UTF-8')
  }
}

function objectOf(value: unknown, what: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(`${what} is no object`)
  return value as Fields
}

function listAt(fields: Fields, key: string, most: number): readonly unknown[] {
  const value = fields[key]
  if (!Array.isArray(value)) throw invalid(`${key} is no list`)
  if (value.length > most) throw invalid(`${key} has ${value.length} entries, ${most} at most`)
  return value as readonly unknown[]
}

function integerAt(fields: Fields, key: string, least: number, most: number): number {
  const value = fields[key]
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value
  throw invalid(`${key} is a whole number from ${least} to ${most}`)
}

/** One that could be the name of a torrent here: nothing had to be replaced in it. */
function nameAt(fields: Fields): string {
  const { name } = fields
  // The length first: what is done with a name takes as long as it is.
  if (typeof name === 'string' && name.length <= MANIFEST_LIMITS.nameBytes && sanitisePathElement(name) === name) {
    return name
  }
  throw invalid('name is no safe name of a file')
}

function infoHashAt(fields: Fields): InfoHash {
  const { infoHash } = fields
  const hash = typeof infoHash === 'string' && SHA1.test(infoHash) ? infoHashFromHex(infoHash) : null
  if (hash === null) throw invalid('infoHash is 40 hex digits')
  return hash
}

const invalid = (what: string): ProtocolError => new ProtocolError('manifest-invalid', `a manifest: ${what}`)
