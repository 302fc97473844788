/** The name of this installation in the network: made once, kept. */
import { randomBytes } from 'node:crypto'
import { readStateFile, writeStateFile } from '../io/index.ts'
import { memberIdFromBytes, memberIdFromText, type MemberId } from '../protocol/index.ts'
import type { RootFolder } from './root-folder.ts'

/** @throws StorageError when a new one can't be kept */
export async function loadIdentity(root: RootFolder): Promise<MemberId> {
  const read = await readStateFile(root.identity)
  if ('value' in read) {
    const { memberId } = read.value as { memberId?: unknown }
    const known = typeof memberId === 'string' ? memberIdFromText(memberId) : null
    if (known !== null) return known
  }
  const memberId = newMemberId()
  await saveIdentity(root, memberId)
  return memberId
}

export async function saveIdentity(root: RootFolder, memberId: MemberId): Promise<void> {
  await writeStateFile(root.identity, { memberId })
}

/** A random uuid (RFC 9562, version 4). */
export function newMemberId(): MemberId {
  const bytes = randomBytes(16)
  bytes[6] = 0x40 | (bytes.readUInt8(6) & 0x0f)
  bytes[8] = 0x80 | (bytes.readUInt8(8) & 0x3f)
  return memberIdFromBytes(bytes)
}
