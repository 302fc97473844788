/** A magnet link as it is kept until its metadata is here. */
import { readStateFile, writeStateFile } from '../../io/index.ts'
import { formatMagnet, parseMagnet, ProtocolError, type InfoHash, type MagnetLink } from '../../protocol/index.ts'

/** What is known of a torrent without metadata. */
export interface KeptLink extends MagnetLink {
  /** The name it was asked for by; its metadata has to have that. null: it was asked for by its info hash. */
  readonly askedName: string | null
}

/** The link in this file; null when there is none for this torrent that can be read. @throws StorageError, NewerFormatError */
export async function loadMagnet(path: string, infoHash: InfoHash): Promise<KeptLink | null> {
  const read = await readStateFile(path)
  const { magnet, askedName } = ('value' in read ? read.value : {}) as { magnet?: unknown; askedName?: unknown }
  if (typeof magnet !== 'string') return null
  try {
    const link = parseMagnet(magnet)
    return link.infoHash === infoHash ? { ...link, askedName: typeof askedName === 'string' ? askedName : null } : null
  } catch (error) {
    if (error instanceof ProtocolError) return null
    throw error
  }
}

/** @throws StorageError */
export function saveMagnet(path: string, link: KeptLink): Promise<void> {
  return writeStateFile(path, { magnet: formatMagnet(link), askedName: link.askedName })
}
