/**
 * Bencode (BEP 3), the form of torrents, tracker answers, extension and DHT messages.
 *
 * Invariant: bytes of others are checked by `scanBencode` before a value is built; what passes has one meaning only, and
 * no input makes it loop, recurse, round a number or touch a prototype. What `encodeBencode` writes is canonical.
 *
 * May import: `bencode`, and protocol-error.ts.
 */
export { type BencodeKind, type BencodeTape, type BencodeToken } from './bencode-tape.ts'
export type { BencodeDict, BencodeValue } from './bencode-value.ts'
export { decodeBencode, decodeBencodePrefix } from './decode-bencode.ts'
export { encodeBencode } from './encode-bencode.ts'
export { type BencodeLimits, MAX_STRING_LENGTH, type ScanOptions, scanBencode } from './scan-bencode.ts'
