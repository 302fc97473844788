import { statfs } from 'node:fs/promises'
import { told } from './storage-failure.ts'

/** Bytes that a program without privileges may still write on the file system that holds `path`. @throws StorageError */
export async function freeBytes(path: string): Promise<number> {
  const facts = await told('stat', path, statfs(path))
  return facts.bavail * facts.bsize
}
