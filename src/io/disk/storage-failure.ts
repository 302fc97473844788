import { StorageError } from '../../swarm/ports.ts'

/** The system's word for what went wrong (`ENOENT`, …), or '' when the error isn't the system's. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

export function storageFailure(operation: string, path: string, cause: unknown): StorageError {
  if (cause instanceof StorageError) return cause
  return new StorageError(errorCode(cause) || 'unknown', operation, path, cause)
}

/** The call's outcome, its error told as a `StorageError` that says what was being done to which path. */
export async function told<T>(operation: string, path: string, call: Promise<T>): Promise<T> {
  try {
    return await call
  } catch (cause) {
    throw storageFailure(operation, path, cause)
  }
}
