/** Notices when a swarm's state or status is another one than at the last look. */
import type { InfoHash } from '../../protocol/index.ts'
import type { ServiceNews } from '../events.ts'
import type { SwarmView } from '../face.ts'

type Picture = Pick<SwarmView, 'infoHash' | 'state' | 'stateReason' | 'status'>

export class StateWatch {
  readonly #last = new Map<InfoHash, string>()
  readonly #tell: (news: ServiceNews) => void

  constructor(tell: (news: ServiceNews) => void) {
    this.#tell = tell
  }

  /** @param swarms all there are: who is not among them is forgotten */
  look(swarms: readonly Picture[]): void {
    const gone = new Set(this.#last.keys())
    for (const { infoHash, state, stateReason, status } of swarms) {
      gone.delete(infoHash)
      const seen = `${state} ${status}`
      if (this.#last.get(infoHash) === seen) continue
      this.#last.set(infoHash, seen)
      this.#tell({ type: 'swarm.state', infoHash, state, stateReason, status })
    }
    for (const infoHash of gone) this.#last.delete(infoHash)
  }
}
