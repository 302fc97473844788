/** What a magnet link waits for, in words. */
import { MAX_METADATA_LENGTH } from '../../protocol/index.ts'
import type { MetadataProgress } from '../../swarm/index.ts'

export interface MetadataSearch extends MetadataProgress {
  readonly connected: number
  /** Addresses. */
  readonly known: number
}

export function explainMetadata({ have, pieces, sources, tooLarge, connected, known }: MetadataSearch): string {
  if (sources > 0) {
    const who = `${sources} of ${counted(connected, 'connected peer')} ${sources === 1 ? 'has' : 'have'} the metadata`
    return pieces === 0 ? who : `${who}, ${have} of its ${counted(pieces, 'piece')} ${have === 1 ? 'is' : 'are'} here`
  }
  const so = have > 0 ? `; ${have} of ${counted(pieces, 'piece')} of it ${have === 1 ? 'is' : 'are'} here` : ''
  if (connected === 0 && known === 0) return `no peers known yet${so}`
  if (connected === 0) return `connected to none of ${counted(known, 'peer')} known${so}`
  if (tooLarge > 0) {
    return `${counted(tooLarge, 'connected peer')} ${tooLarge === 1 ? 'says' : 'say'} that the metadata has more than ${MAX_METADATA_LENGTH} bytes, which is more than is taken`
  }
  return `none of ${counted(connected, 'connected peer')} has the metadata${so}`
}

const counted = (count: number, what: string): string => (count === 1 ? `1 ${what}` : `${count} ${what}s`)
