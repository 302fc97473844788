/** Tells the trackers of us and takes in whom they name. */
import { AnnounceTiers, type TrackerState } from '../announce/announce-tiers.ts'
import type { AnnounceAnswer } from '../events.ts'
import type { SwarmContext } from './swarm-context.ts'

export class Announcing {
  readonly #swarm: SwarmContext
  readonly #tiers: AnnounceTiers

  constructor(swarm: SwarmContext) {
    this.#swarm = swarm
    this.#tiers = new AnnounceTiers(swarm.options.announceTiers, swarm.options.random)
  }

  get trackers(): readonly TrackerState[] {
    return this.#tiers.trackers
  }

  /** URL of the tracker whose answer is waited for. */
  get pending(): string | null {
    return this.#tiers.pending
  }

  /** Asks at once, instead of when it is time. */
  now(now: number): void {
    this.#tiers.soon()
    this.tick(now)
  }

  tick(now: number): void {
    const task = this.#tiers.due(now)
    if (task) this.#swarm.emit({ type: 'announce', ...task })
  }

  succeeded(url: string, answer: AnnounceAnswer, now: number): void {
    this.#tiers.succeeded(url, { ...answer, peers: answer.peers.length }, now)
  }

  failed(url: string, reason: string, now: number): void {
    this.#tiers.failed(url, reason, now)
  }

  completed(now: number): void {
    this.#tiers.completed()
    this.tick(now)
  }

  stop(): void {
    for (const task of this.#tiers.stopTasks()) this.#swarm.emit({ type: 'announce', ...task })
  }
}
