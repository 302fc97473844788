import { NotDurableError } from '../io/index.ts'
import { StorageError } from '../swarm/index.ts'

/** What went wrong with a swarm's files, and what to do about it, for `stateReason` and the log. */
export function failureSentence(error: unknown): string {
  if (error instanceof StorageError) return `${error.operation} ${error.path} failed: ${explainCode(error.code)}`
  if (error instanceof NotDurableError) return `the disk did not take what was written: ${explainCode(error.code)}`
  return error instanceof Error ? error.message : String(error)
}

const CODES: Record<string, string> = {
  ENOSPC: 'the disk is full (ENOSPC); free some space, it goes on by itself',
  EIO: 'the disk reports an input/output error (EIO)',
  EACCES: 'permission denied (EACCES)',
  EROFS: 'the file system is read-only (EROFS)',
  'short-read': 'the file is shorter than it must be',
}
const explainCode = (code: string): string => CODES[code] ?? code
