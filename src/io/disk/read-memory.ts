/** Who reads ahead and keeps what was read. */
export interface MemoryUser {
  /** Bytes, those in use included. */
  readonly heldBytes: number
  /** Gives back so many bytes, or as many as are not in use. */
  shrink(bytes: number): void
  /** Time has passed: what nobody needs any more is given back. */
  rest(): void
}

/**
 * What the readers of all torrents may hold together: a bound for each alone would let a thousand of them take the machine's
 * memory. It is exceeded only while all of it is in use.
 */
export class ReadMemory {
  readonly #budgetBytes: number
  #held = 0
  /** Those that hold some; who took some longest ago comes first. */
  readonly #users = new Set<MemoryUser>()

  constructor(budgetBytes: number) {
    this.#budgetBytes = budgetBytes
  }

  get heldBytes(): number {
    return this.#held
  }

  get isOver(): boolean {
    return this.#held > this.#budgetBytes
  }

  /** Nothing is left, and this one has its part: it should use what it has anew, or all would take from each other in turn. */
  isSpent(user: MemoryUser): boolean {
    return this.#held >= this.#budgetBytes && user.heldBytes * this.#users.size >= this.#budgetBytes
  }

  /** Takes so many bytes, if need be from the others. */
  take(user: MemoryUser, bytes: number): void {
    this.#held += bytes
    this.#users.delete(user)
    this.#users.add(user)
    for (const other of this.#users) {
      if (this.#held <= this.#budgetBytes) return
      if (other !== user) other.shrink(this.#held - this.#budgetBytes)
    }
  }

  /** Of what it took. */
  giveBack(user: MemoryUser, bytes: number): void {
    this.#held -= bytes
    if (user.heldBytes === 0) this.#users.delete(user)
  }

  /** Once a minute or so. */
  rest(): void {
    for (const user of this.#users) user.rest()
  }
}
