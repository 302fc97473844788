import { createCipheriv, createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parseMetainfo, createMetainfo, type Metainfo } from '../../src/protocol/index.ts'

export interface InMemoryTorrent {
  /** Of the .torrent. */
  readonly bytes: Buffer
  readonly metainfo: Metainfo
  /** All files, end to end. */
  readonly content: Buffer
}

export interface InMemoryTorrentOptions {
  readonly name: string
  /** Bytes; or the content itself. */
  readonly content: number | Buffer
  /** 32 KiB if left out. */
  readonly pieceLength?: number
  /** No tracker if left out. */
  readonly announce?: string
  /** Instead of `announce`: all of them. */
  readonly announceTiers?: readonly (readonly string[])[]
  /** Its peers come from its trackers alone (BEP 27). */
  readonly isPrivate?: boolean
}

/** A single-file torrent, and the bytes in it: they look random, and are the same for the same name. */
export function inMemoryTorrent(options: InMemoryTorrentOptions): InMemoryTorrent {
  const { name, pieceLength = 32 * 1024, announce } = options
  const announceTiers = options.announceTiers ?? (announce === undefined ? undefined : [[announce]])
  const content = typeof options.content === 'number' ? randomLooking(name, options.content) : options.content
  const bytes = createMetainfo({
    name,
    files: [{ path: [name], length: content.length }],
    pieceLength,
    pieceHashes: hashPieces(content, pieceLength),
    ...(announceTiers === undefined ? {} : { announceTiers }),
    isPrivate: options.isPrivate ?? false,
  })
  return { bytes, content, metainfo: parseMetainfo(bytes, sha1) }
}

/** Puts the complete file where a service with this root looks for it. */
export async function placeContent(root: string, torrent: InMemoryTorrent): Promise<void> {
  const path = join(root, 'shareable', torrent.metainfo.name)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, torrent.content)
}

/** The same for the same seed: an AES-CTR key stream. */
export function randomLooking(seed: string, length: number): Buffer {
  const key = createHash('sha256').update(seed).digest()
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(length))
}

/** 20 bytes a piece. */
export function hashPieces(content: Buffer, pieceLength: number): Buffer {
  const hashes: Buffer[] = []
  for (let at = 0; at < content.length; at += pieceLength) hashes.push(sha1(content.subarray(at, at + pieceLength)))
  return Buffer.concat(hashes)
}

export const sha1 = (bytes: Uint8Array): Buffer => createHash('sha1').update(bytes).digest()
