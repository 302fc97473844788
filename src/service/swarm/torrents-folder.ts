/** `torrents/`: what lies there at a start is taken first, what is put there later as soon as it is whole. */
import { listFolder, readFileBelow, watchFolder, type FolderWatch } from '../../io/index.ts'
import { METAINFO_LIMITS, scanBencode } from '../../protocol/index.ts'
import { ServiceError } from '../face.ts'

export interface TorrentsFolderOptions {
  readonly path: string
  /** The bytes of a .torrent. What it throws is told, and stops nothing. */
  add(bytes: Uint8Array): Promise<unknown>
  skipped(file: string, reason: string): void
}

export class TorrentsFolder {
  readonly #options: TorrentsFolderOptions
  #watch: FolderWatch | null = null
  #closed = false

  constructor(options: TorrentsFolderOptions) {
    this.#options = options
  }

  /** Resolves when all is taken that lies there. */
  async open(): Promise<void> {
    const { path } = this.#options
    for (const name of await listFolder(path)) {
      if (name.endsWith('.torrent')) await this.#foundAtStart(name)
      if (this.#closed) return
    }
    this.#watch = watchFolder({
      directory: path,
      complete: isWholeTorrent,
      onFile: (file, bytes) => void this.#found(file, bytes),
      onInvalid: (file, reason) => this.#options.skipped(file, reason),
    })
  }

  close(): void {
    this.#closed = true
    this.#watch?.close()
  }

  /** The bytes of a file that the user names. @throws ServiceError */
  async read(name: string): Promise<Uint8Array> {
    const bytes = await readFileBelow(this.#options.path, name, METAINFO_LIMITS.torrentLength)
    switch (bytes) {
      case 'outside':
        throw new ServiceError(
          'path-outside-torrents',
          `${name} is not below torrents/. Put the file there, or POST its bytes.`,
        )
      case 'missing':
        throw new ServiceError('torrent-not-found', `There is no file ${name} in ${this.#options.path}.`)
      case 'too-large':
        throw new ServiceError('invalid-torrent', `${name} is larger than any .torrent may be.`)
      default:
        return bytes
    }
  }

  async #foundAtStart(name: string): Promise<void> {
    const bytes = await readFileBelow(this.#options.path, name, METAINFO_LIMITS.torrentLength).catch(() => 'unreadable')
    // What can't be taken yet is left to the watch, which knows how to wait and what to say.
    if (typeof bytes !== 'string' && isWholeTorrent(bytes)) await this.#found(name, bytes)
  }

  async #found(file: string, bytes: Uint8Array): Promise<void> {
    try {
      await this.#options.add(bytes)
    } catch (error) {
      // Whatever is wrong with this one: it lies there at each start, and must never stop the others.
      this.#options.skipped(file, error instanceof Error ? error.message : String(error))
    }
  }
}

/** A half-written .torrent is no whole bencoded value. */
function isWholeTorrent(bytes: Uint8Array): boolean {
  try {
    scanBencode(bytes, { allowUnsortedKeys: true, allowTrailingBytes: true })
    return true
  } catch {
    return false
  }
}
