/** Swarms that are removed, and not yet out of their files: who wants the same torrent, or its name, waits for that. */
import type { InfoHash } from '../../protocol/index.ts'

interface Removal {
  /** Of the file or folder in `shareable/`. */
  readonly name: string
  readonly over: Promise<void>
}

export class Removals {
  readonly #underWay = new Map<InfoHash, Removal>()

  /** Resolves or rejects as `over` does. */
  async add(infoHash: InfoHash, name: string, over: Promise<void>): Promise<void> {
    this.#underWay.set(infoHash, { name, over })
    try {
      await over
    } finally {
      this.#underWay.delete(infoHash)
    }
  }

  /** When the torrent is out, or that failed. */
  async of(infoHash: InfoHash): Promise<void> {
    await this.#underWay.get(infoHash)?.over.catch(() => undefined)
  }

  /** When no torrent of that name is on its way out: it would take the files of the next one along. */
  async ofName(name: string): Promise<void> {
    const namesakes = [...this.#underWay.values()].filter((removal) => removal.name === name)
    await Promise.allSettled(namesakes.map(({ over }) => over))
  }

  async settled(): Promise<void> {
    await Promise.allSettled([...this.#underWay.values()].map(({ over }) => over))
  }
}
