import { randomUUID } from 'node:crypto'
import { readStateFile, writeStateFile } from '../io/index.ts'
import type { RootFolder } from './root-folder.ts'

/** The name of this installation: made once, kept. @throws StorageError */
export async function loadMemberId(root: RootFolder): Promise<string> {
  const read = await readStateFile(root.identity)
  if ('value' in read) {
    const { memberId } = read.value as { memberId?: unknown }
    if (typeof memberId === 'string') return memberId
  }
  const memberId = randomUUID()
  await writeStateFile(root.identity, { memberId })
  return memberId
}
