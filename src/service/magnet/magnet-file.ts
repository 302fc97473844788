/** A magnet link as it is kept until its metadata is here. */
import { readStateFile, writeStateFile } from '../../io/index.ts'
import { formatMagnet, parseMagnet, ProtocolError, type InfoHash, type MagnetLink } from '../../protocol/index.ts'

/** The link in this file; null when there is none for this torrent that can be read. @throws StorageError, NewerFormatError */
export async function loadMagnet(path: string, infoHash: InfoHash): Promise<MagnetLink | null> {
  const read = await readStateFile(path)
  const { magnet } = ('value' in read ? read.value : {}) as { magnet?: unknown }
  if (typeof magnet !== 'string') return null
  try {
    const link = parseMagnet(magnet)
    return link.infoHash === infoHash ? link : null
  } catch (error) {
    if (error instanceof ProtocolError) return null
    throw error
  }
}

/** @throws StorageError */
export function saveMagnet(path: string, link: MagnetLink): Promise<void> {
  return writeStateFile(path, { magnet: formatMagnet(link) })
}
