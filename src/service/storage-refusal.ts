/** What the user asked for can't be done because the disk says no. */
import { StorageError } from '../swarm/index.ts'
import { ServiceError } from './face.ts'

/** Runs it. @throws ServiceError `storage`, which begins with `failed`, in place of a StorageError */
export async function orStorageRefusal<T>(failed: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
    throw new ServiceError('storage', `${failed}: ${error.message}`, error)
  }
}
