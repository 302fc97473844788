import { createHash } from 'node:crypto'
import type { Hash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { createReadStream, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { createMetainfo, encodeBencode, parseMetainfo, wrapInfo } from '../../src/protocol/index.ts'
import type { BencodeDict, BencodeValue } from '../../src/protocol/index.ts'

const sha1 = (bytes: Uint8Array): Uint8Array => createHash('sha1').update(bytes).digest()

/** One entry of a torrent of several files, in the order of the torrent: a file of the folder, or padding (BEP 47). */
export type TorrentEntry = { readonly path: readonly string[] } | { readonly padding: number }

export interface MakeTorrentOptions {
  /** The file, or the folder that holds the entries; the torrent gets its name. */
  readonly source: string
  /** For a folder. */
  readonly entries?: readonly TorrentEntry[]
  readonly pieceLength: number
  /** No tracker if left out. */
  readonly announceUrl?: string
  /** Of a file: its peers come from its trackers alone (BEP 27). */
  readonly isPrivate?: boolean
  /** Where the .torrent goes. */
  readonly path: string
}

export interface MadeTorrent {
  readonly path: string
  readonly bytes: Buffer
  readonly name: string
  /** 40 hex digits. */
  readonly infoHash: string
}

/** Makes a .torrent of files on the disk, without holding them in memory. */
export async function makeTorrent(options: MakeTorrentOptions): Promise<MadeTorrent> {
  const name = basename(options.source)
  const { files, pieceHashes } = await readEntries(options, name)
  const { pieceLength } = options
  const announceTiers = options.announceUrl === undefined ? [] : [[options.announceUrl]]
  const bytes = options.entries
    ? wrapInfo(encodeBencode(multiFileInfo(name, files, pieceLength, pieceHashes)), { announceTiers })
    : createMetainfo({ name, files, pieceLength, pieceHashes, announceTiers, isPrivate: options.isPrivate ?? false })
  await writeFile(options.path, bytes)
  return { path: options.path, bytes, name, infoHash: parseMetainfo(bytes, sha1).infoHash }
}

interface EntryShape {
  readonly path: readonly string[]
  readonly length: number
  readonly padding?: boolean
}

/** By hand, because swarmd makes no torrents with padding; it only takes them. */
const multiFileInfo = (
  name: string,
  files: readonly EntryShape[],
  pieceLength: number,
  pieceHashes: Buffer,
): BencodeDict => {
  const entry = (file: EntryShape): BencodeDict => {
    const dict: BencodeDict = new Map<string, BencodeValue>([
      ['length', file.length],
      ['path', file.path.map((element) => Buffer.from(element))],
    ])
    if (file.padding === true) dict.set('attr', Buffer.from('p'))
    return dict
  }
  return new Map<string, BencodeValue>([
    ['files', files.map(entry)],
    ['name', Buffer.from(name)],
    ['piece length', pieceLength],
    ['pieces', pieceHashes],
  ])
}

const readEntries = async (
  options: MakeTorrentOptions,
  name: string,
): Promise<{ files: EntryShape[]; pieceHashes: Buffer }> => {
  const pieces = new PieceHasher(options.pieceLength)
  if (!options.entries) {
    for await (const bytes of createReadStream(options.source, { highWaterMark: 1024 * 1024 })) pieces.add(bytes)
    return { files: [{ path: [name], length: statSync(options.source).size }], pieceHashes: pieces.end() }
  }
  const files: EntryShape[] = []
  for (const entry of options.entries) {
    if ('padding' in entry) {
      pieces.add(Buffer.alloc(entry.padding))
      files.push({ path: ['.pad', String(entry.padding)], length: entry.padding, padding: true })
      continue
    }
    const path = join(options.source, ...entry.path)
    for await (const bytes of createReadStream(path)) pieces.add(bytes)
    files.push({ path: entry.path, length: statSync(path).size })
  }
  return { files, pieceHashes: pieces.end() }
}

/** SHA-1 of every piece of a stream of bytes. */
class PieceHasher {
  readonly #pieceLength: number
  readonly #hashes: Buffer[] = []
  #hash: Hash = createHash('sha1')
  #filled = 0

  constructor(pieceLength: number) {
    this.#pieceLength = pieceLength
  }

  add(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; ) {
      const to = Math.min(bytes.length, from + this.#pieceLength - this.#filled)
      this.#hash.update(bytes.subarray(from, to))
      this.#filled += to - from
      from = to
      if (this.#filled === this.#pieceLength) this.#closePiece()
    }
  }

  /** 20 bytes a piece. */
  end(): Buffer {
    if (this.#filled > 0) this.#closePiece()
    return Buffer.concat(this.#hashes)
  }

  #closePiece(): void {
    this.#hashes.push(this.#hash.digest())
    this.#hash = createHash('sha1')
    this.#filled = 0
  }
}
