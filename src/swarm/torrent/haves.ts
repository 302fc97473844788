/**
 * Who hears of the pieces that we have got, and when: at once, for others may lack them, and a seeder proposes what nobody
 * has got yet. But who has all, and gives it so fast that it is asked for long rows, waits for the next requests that we
 * send it, a second at most, and not for the last piece: a message by itself costs both ends as much as a batch of requests,
 * at such rates a thirtieth of their time.
 */
import { BLOCK_LENGTH, type PieceIndex } from '../../protocol/index.ts'
import type { PeerSession } from '../peer/peer-session.ts'
import type { SwarmContext } from './swarm-context.ts'

export class Haves {
  readonly #swarm: SwarmContext

  constructor(swarm: SwarmContext) {
    this.#swarm = swarm
  }

  got(index: PieceIndex, now: number): void {
    const { sessions, have } = this.#swarm
    for (const session of sessions.values()) {
      session.untold.push(index)
      if (have.isFull || !canWait(session)) this.tell(session, now)
    }
  }

  /** Whatever it was not told of yet. */
  tell(session: PeerSession, now: number): void {
    for (const index of session.untold) this.#swarm.send(session, { type: 'have', index }, now)
    session.untold.length = 0
  }

  tick(now: number): void {
    for (const session of this.#swarm.sessions.values()) this.tell(session, now)
  }
}

const canWait = ({ isSeeder, requests }: PeerSession): boolean => isSeeder && requests.longestRequest > BLOCK_LENGTH
