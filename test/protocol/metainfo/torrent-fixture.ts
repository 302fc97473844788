/** Torrents to take and to refuse: a sound one, with what a test wants changed. */

import { createHash } from 'node:crypto'
import type { InfoHash } from '../../../src/protocol/ids.ts'
import { type Metainfo } from '../../../src/protocol/metainfo/metainfo.ts'
import { parseMetainfo } from '../../../src/protocol/metainfo/parse-metainfo.ts'
import { type Raw, rawBencode } from '../bencode/raw-bencode.ts'

export type RawDict = { readonly [key: string]: Raw }

/** In place of a key's value: leave the key out. */
export const ABSENT = Symbol('absent')

type Changes = { readonly [key: string]: Raw | typeof ABSENT }

export const sha1 = (bytes: Uint8Array): Buffer => createHash('sha1').update(bytes).digest()
export const hashes = (count: number): Buffer => Buffer.alloc(20 * count, 'hash')
export const parse = (bytes: Uint8Array): Metainfo => parseMetainfo(bytes, sha1)
export const sha1Hex = (bytes: Uint8Array): InfoHash => sha1(bytes).toString('hex') as InfoHash

const apply = (base: RawDict, changes: Changes): RawDict =>
  Object.fromEntries(
    Object.entries({ ...base, ...changes }).filter((entry): entry is [string, Raw] => entry[1] !== ABSENT),
  )

/** A torrent of one file of 40,000 bytes in three pieces. `around` goes outside of the info dictionary. */
export function singleFile(changes: Changes = {}, around: RawDict = {}): Buffer {
  const info = apply({ length: 40_000, name: 'temp', 'piece length': 16_384, pieces: hashes(3) }, changes)
  return rawBencode({ ...around, info })
}

/** A torrent of these files, by default in one piece. */
export function multiFile(files: Raw, changes: Changes = {}): Buffer {
  return rawBencode({ info: apply({ files, name: 'temp', 'piece length': 16_384, pieces: hashes(1) }, changes) })
}

/** A file of 10 bytes for `multiFile`. */
export const file = (path: readonly Raw[], changes: RawDict = {}): Raw => ({ length: 10, path, ...changes })

/** Paths as a person writes them. */
export const pathsOf = (meta: Metainfo): string[] => meta.files.map((file) => file.path.join('/'))
