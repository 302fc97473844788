/** Work of one turn of the event loop, after which others come first. */
const TURN_MS = 1

/** For long work in small steps: lets the event loop turn, when it has waited for us long enough. */
export class LoopTurns {
  #since = performance.now()

  async pause(): Promise<void> {
    if (performance.now() - this.#since < TURN_MS) return
    await new Promise((resolve) => setImmediate(resolve))
    this.#since = performance.now()
  }
}
