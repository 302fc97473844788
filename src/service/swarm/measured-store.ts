import type { PieceStore } from '../../swarm/index.ts'
import { monotonicNow } from '../../io/index.ts'
import type { DiskCounts } from '../measures/service-counts.ts'

/** The store, with each call counted and timed. */
export function measuredStore<Store extends PieceStore>(store: Store, counts: DiskCounts): PieceStore {
  const timed = async (operation: 'read' | 'write' | 'sync', call: () => Promise<void>): Promise<void> => {
    const began = monotonicNow()
    counts.pending[operation]++
    try {
      await call()
    } catch (error) {
      counts.failures[operation]++
      throw error
    } finally {
      counts.pending[operation]--
      counts.seconds[operation].observe((monotonicNow() - began) / 1000)
    }
  }
  return {
    read: async (offset, target) => {
      await timed('read', () => store.read(offset, target))
      counts.bytes.read += target.length
    },
    write: async (offset, bytes) => {
      await timed('write', () => store.write(offset, bytes))
      counts.bytes.write += bytes.length
    },
    sync: () => timed('sync', () => store.sync()),
    close: () => store.close(),
  }
}
