/** Text that grows, as bytes outside of the program's heap: megabytes of strings would hold up the collector. */
const FIRST_BYTES = 2 * 1024
const MOST_BYTES = 64 * 1024

export class TextColumn {
  readonly #full: Buffer[] = []
  #part = Buffer.alloc(0)
  #used = 0

  append(text: string): void {
    const bytes = Buffer.byteLength(text)
    if (this.#used + bytes > this.#part.length) {
      const next = Math.min(MOST_BYTES, Math.max(FIRST_BYTES, 2 * this.#part.length))
      this.#seal()
      this.#part = Buffer.allocUnsafeSlow(Math.max(bytes, next))
    }
    this.#used += this.#part.write(text, this.#used)
  }

  /** All of it, in parts that end between two texts. It is over then: nothing may be appended. */
  parts(): readonly Buffer[] {
    this.#seal()
    return this.#full
  }

  #seal(): void {
    if (this.#used > 0) this.#full.push(this.#part.subarray(0, this.#used))
    this.#used = 0
  }
}
