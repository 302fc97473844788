import { errorCode } from './storage-failure.ts'

/** A file that can be opened whenever it is needed and closed whenever it is not. */
export interface PoolableFile {
  open(): Promise<number>
  /** Finishes with the descriptor and closes it. Never rejects: the file remembers what went wrong. */
  retire(fd: number): Promise<void>
}

interface Slot {
  readonly fd: Promise<number>
  users: number
  retiring: Promise<void> | null
}

const DEFAULT_LIMIT = 64

/**
 * The descriptors of all stores together: at most `limit` are open at once, the least recently used idle one makes
 * room, and who finds all of them busy waits. So thousands of files don't exhaust what sockets need too.
 */
export class OpenFiles {
  readonly #limit: number
  /** In the order of last use. A slot counts until its descriptor is closed. */
  readonly #slots = new Map<PoolableFile, Slot>()
  #waiting: (() => void)[] = []

  constructor(limit: number = DEFAULT_LIMIT) {
    if (limit < 1) throw new RangeError('at least one file must be allowed to be open')
    this.#limit = limit
  }

  get size(): number {
    return this.#slots.size
  }

  /** Runs the work on the file's open descriptor, which stays open that long. Rejects as `open` or the work does. */
  async use<T>(file: PoolableFile, work: (fd: number) => Promise<T>): Promise<T> {
    const slot = await this.#acquire(file)
    try {
      return await work(await slot.fd)
    } finally {
      slot.users--
      if (slot.users === 0) this.#wake()
    }
  }

  /** Closes the file if it is open, once nobody uses it. */
  async retire(file: PoolableFile): Promise<void> {
    for (let slot = this.#slots.get(file); slot !== undefined; slot = this.#slots.get(file)) {
      if (slot.retiring !== null) await slot.retiring
      else if (slot.users === 0) await this.#retireSlot(file, slot)
      else await this.#change()
    }
  }

  async #acquire(file: PoolableFile): Promise<Slot> {
    for (;;) {
      const slot = this.#slots.get(file)
      if (slot !== undefined && slot.retiring === null) {
        this.#slots.delete(file)
        this.#slots.set(file, slot)
        slot.users++
        return slot
      }
      if (slot?.retiring) await slot.retiring
      else if (this.#slots.size < this.#limit) this.#openSlot(file)
      else if (!(await this.#retireIdle())) await this.#change()
    }
  }

  #openSlot(file: PoolableFile): void {
    const slot: Slot = { fd: this.#open(file), users: 0, retiring: null }
    this.#slots.set(file, slot)
    slot.fd.catch(() => {
      this.#slots.delete(file)
      this.#wake()
    })
  }

  async #open(file: PoolableFile): Promise<number> {
    for (;;) {
      try {
        return await file.open()
      } catch (error) {
        const exhausted = errorCode(error) === 'EMFILE' || errorCode(error) === 'ENFILE'
        if (!exhausted || !(await this.#retireIdle())) throw error
      }
    }
  }

  /** False when none is idle. */
  async #retireIdle(): Promise<boolean> {
    for (const [file, slot] of this.#slots) {
      if (slot.users > 0 || slot.retiring !== null) continue
      await this.#retireSlot(file, slot)
      return true
    }
    return false
  }

  #retireSlot(file: PoolableFile, slot: Slot): Promise<void> {
    slot.retiring = slot.fd
      .then((fd) => file.retire(fd))
      .catch(() => {})
      .then(() => {
        if (this.#slots.get(file) === slot) this.#slots.delete(file)
        this.#wake()
      })
    return slot.retiring
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  #wake(): void {
    if (this.#waiting.length === 0) return
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }
}
