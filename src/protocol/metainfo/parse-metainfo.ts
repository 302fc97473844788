/** From the bytes of a .torrent to a checked Metainfo. */

import { type BencodeTape, type BencodeToken, scanBencode } from '../bencode/index.ts'
import { infoHashFromBytes, type InfoHash, type Sha1 } from '../ids.ts'
import { ProtocolError } from '../protocol-error.ts'
import { METAINFO_LIMITS, type Metainfo, PIECE_HASH_LENGTH } from './metainfo.ts'
import { readFiles } from './read-files.ts'
import { sanitiseName } from './sanitise-path-element.ts'

/**
 * Reads a .torrent (BEP 3, 12, 27, 47). The info hash is that of the info dictionary as written, never of one written
 * anew: the two differ as soon as a torrent has an unsorted key. Unsorted keys and trailing bytes are taken, for real
 * torrents have them. Hybrids (BEP 52) load as the v1 torrents they also are.
 *
 * Nothing is built but what is returned, so that a hostile torrent costs little more than its length.
 *
 * @throws ProtocolError `bencode-…`, or `metainfo-…` with what is missing, wrong or too much.
 */
export function parseMetainfo(bytes: Uint8Array, sha1: Sha1): Metainfo {
  const { tape, info } = openTorrent(bytes)
  const infoBytes = tape.raw(info)
  const infoHash = infoHashFromBytes(sha1(infoBytes))
  checkVersion(tape, info)
  const pieceLength = readPieceLength(tape, info)
  const name = readName(tape, info, infoHash)
  const files = readFiles(tape, info, name)
  const last = files.at(-1)!
  const length = last.offset + last.length
  const pieceHashes = readPieceHashes(tape, info, length, pieceLength)
  return {
    infoHash,
    name,
    pieceLength,
    length,
    pieceCount: pieceHashes.length / PIECE_HASH_LENGTH,
    pieceHashes,
    files,
    isPrivate: integerField(tape, info, 'private') === 1,
    multiFile: tape.find(info, 'files') !== undefined,
    announceTiers: readAnnounceTiers(tape),
    ...readRemarks(tape),
    infoBytes,
    raw: tape.bytes.subarray(0, tape.end),
  }
}

const ROOT: BencodeToken = 0

function openTorrent(bytes: Uint8Array): { tape: BencodeTape; info: BencodeToken } {
  if (bytes.length > METAINFO_LIMITS.torrentLength) {
    throw new ProtocolError('metainfo-too-large', `a torrent of ${bytes.length} bytes`)
  }
  const tape = scanBencode(Buffer.from(bytes), {
    maxTokens: METAINFO_LIMITS.bencodeTokens,
    allowUnsortedKeys: true,
    allowTrailingBytes: true,
  })
  if (tape.kind(ROOT) !== 'dictionary') {
    throw new ProtocolError('metainfo-not-a-dictionary', `a torrent is a dictionary, not: ${tape.kind(ROOT)}`)
  }
  const info = tape.field(ROOT, 'info', 'dictionary')
  if (info === undefined) throw new ProtocolError('metainfo-missing-info', 'the torrent has no info dictionary')
  return { tape, info }
}

/** BEP 52: a v2 torrent has a file tree and, unless it is a hybrid, no `pieces`. */
function checkVersion(tape: BencodeTape, info: BencodeToken): void {
  if (tape.find(info, 'pieces') !== undefined) return
  if (tape.find(info, 'file tree') !== undefined || tape.find(info, 'meta version') !== undefined) {
    throw new ProtocolError('metainfo-unsupported-v2', 'a torrent for BitTorrent v2 only')
  }
}

function readPieceLength(tape: BencodeTape, info: BencodeToken): number {
  const pieceLength = integerField(tape, info, 'piece length')
  if (pieceLength === undefined) throw new ProtocolError('metainfo-missing-piece-length', 'no piece length')
  if (typeof pieceLength === 'number' && pieceLength > 0 && pieceLength <= METAINFO_LIMITS.pieceLength)
    return pieceLength
  throw new ProtocolError('metainfo-invalid-piece-length', `the piece length is ${pieceLength}`)
}

/** A name that names nothing (empty, `..`) gives way to the info hash. */
function readName(tape: BencodeTape, info: BencodeToken, infoHash: InfoHash): string {
  const name = tape.field(info, 'name.utf-8', 'string') ?? tape.field(info, 'name', 'string')
  if (name === undefined) throw new ProtocolError('metainfo-missing-name', 'the torrent has no name')
  return sanitiseName(tape.string(name)) ?? infoHash
}

function readPieceHashes(tape: BencodeTape, info: BencodeToken, length: number, pieceLength: number): Buffer {
  if (length === 0) throw new ProtocolError('metainfo-invalid-length', 'the files have no bytes')
  const needed = Math.ceil(length / pieceLength)
  if (needed > METAINFO_LIMITS.pieces) throw new ProtocolError('metainfo-too-many-pieces', `${needed} pieces`)
  const pieces = tape.field(info, 'pieces', 'string')
  const hashes = pieces === undefined ? undefined : tape.string(pieces)
  if (hashes === undefined || hashes.length === 0) throw new ProtocolError('metainfo-missing-pieces', 'no piece hashes')
  if (hashes.length % PIECE_HASH_LENGTH !== 0) {
    throw new ProtocolError('metainfo-invalid-pieces', `${hashes.length} bytes are not a number of whole hashes`)
  }
  const given = hashes.length / PIECE_HASH_LENGTH
  if (given === needed) return hashes
  throw new ProtocolError('metainfo-piece-count-mismatch', `${given} piece hashes for ${needed} pieces`)
}

/** BEP 12: an announce-list, where there is one, is all that counts. */
function readAnnounceTiers(tape: BencodeTape): string[][] {
  const seen = new Set<string>()
  const tiers: string[][] = []
  const list = tape.field(ROOT, 'announce-list', 'list')
  for (const item of list === undefined ? [] : tape.items(list)) {
    // Some programs write a plain list of URLs: a tier each.
    const urls = tape.kind(item) === 'list' ? tape.items(item) : [item]
    const tier: string[] = []
    for (const url of urls) addTracker(tape, url, tier, seen)
    if (tier.length > 0) tiers.push(tier)
    if (seen.size >= METAINFO_LIMITS.trackers) return tiers
  }
  if (tiers.length > 0) return tiers
  const announce = tape.find(ROOT, 'announce')
  const tier: string[] = []
  if (announce !== undefined) addTracker(tape, announce, tier, seen)
  return tier.length > 0 ? [tier] : []
}

function addTracker(tape: BencodeTape, token: BencodeToken, tier: string[], seen: Set<string>): void {
  if (seen.size >= METAINFO_LIMITS.trackers || tape.kind(token) !== 'string') return
  const url = tape.string(token)
  if (url.length > METAINFO_LIMITS.trackerLength) return
  const text = url.toString().trim()
  if (text === '' || seen.has(text)) return
  seen.add(text)
  tier.push(text)
}

function readRemarks(tape: BencodeTape): Pick<Metainfo, 'comment' | 'createdBy' | 'creationDate'> {
  const comment = tape.field(ROOT, 'comment.utf-8', 'string') ?? tape.field(ROOT, 'comment', 'string')
  const createdBy = tape.field(ROOT, 'created by', 'string')
  const creationDate = integerField(tape, ROOT, 'creation date')
  return {
    ...(comment === undefined ? {} : { comment: remark(tape, comment) }),
    ...(createdBy === undefined ? {} : { createdBy: remark(tape, createdBy) }),
    ...(typeof creationDate === 'number' && creationDate >= 0 ? { creationDate } : {}),
  }
}

const remark = (tape: BencodeTape, token: BencodeToken): string =>
  tape.string(token).subarray(0, METAINFO_LIMITS.textLength).toString()

function integerField(tape: BencodeTape, dictionary: BencodeToken, key: string): number | bigint | undefined {
  const token = tape.field(dictionary, key, 'integer')
  return token === undefined ? undefined : tape.integer(token)
}
