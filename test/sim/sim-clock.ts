/** Virtual time: a heap of what is to happen when. Things due at the same instant happen in the order they were set. */
interface Task {
  readonly at: number
  readonly order: number
  readonly act: () => void
}

export class SimClock {
  /** ms */
  now = 0
  /** How many things have happened: what a simulation costs. */
  steps = 0
  readonly #heap: Task[] = []
  #lastOrder = 0

  after(delay: number, act: () => void): void {
    this.at(this.now + delay, act)
  }

  at(time: number, act: () => void): void {
    this.#push({ at: Math.max(time, this.now), order: ++this.#lastOrder, act })
  }

  /** @returns whether `done` came true before the deadline. */
  runUntil(done: () => boolean, deadline: number): boolean {
    while (!done()) {
      const next = this.#heap[0]
      if (!next || next.at > deadline) {
        this.now = Math.max(this.now, deadline)
        return false
      }
      this.#pop()
      this.now = next.at
      this.steps++
      next.act()
    }
    return true
  }

  #push(task: Task): void {
    const heap = this.#heap
    let at = heap.length
    heap.push(task)
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = heap[parent]
      if (!above || before(above, task)) break
      heap[at] = above
      at = parent
    }
    heap[at] = task
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (!last || heap.length === 0) return
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      const left = heap[child]
      if (!left) break
      const right = heap[child + 1]
      if (right && before(right, left)) child++
      const smaller = heap[child]
      if (!smaller || before(last, smaller)) break
      heap[at] = smaller
      at = child
    }
    heap[at] = last
  }
}

const before = (a: Task, b: Task): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)
