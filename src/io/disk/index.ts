/**
 * Files: a torrent's bytes, what is known to be durable of them, small state, and whose root this is.
 *
 * Invariant: nothing is told to be durable that a power cut can still take away, and no link planted below a root
 * leads out of it. What fails says so with a `StorageError` (or an error named below) and harms nothing else.
 *
 * May import: swarm's ports, protocol.
 */
export { BlockReader, type BlockReaderOptions, type PinnedBlock } from './block-reader.ts'
export { DurablePieces, type DurablePiecesOptions, NotDurableError } from './durable-pieces.ts'
export { FileStore, type FileStoreOptions, openFileStore } from './file-store.ts'
export { type FilesMatch, filesMatch } from './files-match.ts'
export { folderWritable } from './folder-writable.ts'
export { freeBytes } from './free-bytes.ts'
export { type ListedFile, listTree } from './list-tree.ts'
export { type Move, moveIntoPlace } from './move-into-place.ts'
export { NewerFormatError } from './newer-format-error.ts'
export { OpenFiles } from './open-files.ts'
export { pathExists } from './path-exists.ts'
export { getReadyForPieces } from './piece-thread.ts'
export { type MemoryUser, ReadMemory } from './read-memory.ts'
export { removeTree } from './remove-tree.ts'
export { type JournalCondition, type JournalOptions, type OpenedJournal, ResumeJournal } from './resume-journal.ts'
export { RootLock, RootLockedError } from './root-lock.ts'
export { hashPiece, sha1 } from './sha1.ts'
export { readStateFile, removeStateFile, type StateReading, writeStateFile } from './state-file.ts'
export type { StoredFile } from './stored-file.ts'
export { listFolder, makeFolder, readFileBelow, readWholeFile, writeWholeFile } from './whole-file.ts'
