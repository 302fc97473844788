import { rm } from 'node:fs/promises'
import { told } from './storage-failure.ts'

/** Removes a file or a folder with all in it, links themselves and not what they lead to. Nothing there is fine. @throws StorageError */
export async function removeTree(path: string): Promise<void> {
  await told('remove', path, rm(path, { recursive: true, force: true }))
}
