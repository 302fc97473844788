/** What the engine's owner must bring: the ports that `io/` has adapters for. */

/**
 * The bytes of one torrent on some disk, addressed by torrent byte offset (files laid end to end, BEP 3).
 * Padding reads as zeros and is never written (BEP 47). All calls reject with a `StorageError`.
 */
export interface PieceStore {
  /** Fills the whole `target` from `offset` on. */
  read(offset: number, target: Uint8Array): Promise<void>
  /** Resolves when the bytes are with the system, which is not yet on the disk. */
  write(offset: number, bytes: Uint8Array): Promise<void>
  /** Resolves when every write that had resolved before this call is durable (fdatasync). */
  sync(): Promise<void>
  close(): Promise<void>
}

/** The disk said no. `code` is the system's word (`ENOSPC`, `EIO`, …) or `short-read` for a file that was cut. */
export class StorageError extends Error {
  override readonly name = 'StorageError'
  readonly code: string
  /** What was being done: `read`, `write`, `sync`, `open`, `move`. */
  readonly operation: string
  readonly path: string

  constructor(code: string, operation: string, path: string, cause?: unknown) {
    super(`${operation} ${path}: ${code}`, { cause })
    this.code = code
    this.operation = operation
    this.path = path
  }
}
