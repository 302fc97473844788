/** One file of a torrent and where it lies on the disk. */
export interface StoredFile {
  /** Elements below the store's directory, each a plain name. */
  readonly path: readonly string[]
  readonly length: number
  /** Of its first byte within the torrent. */
  readonly offset: number
  /** Exists in the torrent only (BEP 47): reads as zeros, is never written, is no file. */
  readonly padding: boolean
}
