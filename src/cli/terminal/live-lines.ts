import { cellWidth } from './cell-width.ts'

/** At most ten pictures a second, however often something is new. */
const REDRAW_MS = 100
const ESC = '\u001b'
/** Colours take no cells. */
const COLOUR = new RegExp(`${ESC}\\[[0-9;]*m`, 'g')

export interface LiveTerminal {
  readonly columns: number
  readonly rows: number
  write(text: string): void
}

export interface LiveClock {
  /** Milliseconds. */
  readonly now: () => number
  /** Calls later; the answer takes that back. */
  readonly after: (ms: number, call: () => void) => () => void
}

/**
 * Lines at the bottom of a terminal that are drawn anew in place, while ordinary lines go on scrolling above them.
 */
export class LiveLines {
  readonly #terminal: LiveTerminal
  readonly #clock: LiveClock
  /** What stands on the terminal now. */
  #drawn: readonly string[] = []
  /** What should. */
  #wanted: readonly string[] = []
  #drawnAt = Number.NEGATIVE_INFINITY
  #cancel: (() => void) | null = null

  constructor(terminal: LiveTerminal, clock: LiveClock) {
    this.#terminal = terminal
    this.#clock = clock
  }

  /** @param lines none as long as the terminal is wide */
  show(lines: readonly string[]): void {
    this.#wanted = lines
    if (this.#cancel !== null) return
    const wait = this.#drawnAt + REDRAW_MS - this.#clock.now()
    if (wait <= 0) this.#draw()
    else this.#drawAfter(wait)
  }

  /** Writes whole lines above. They stay. */
  above(text: string): void {
    if (this.#drawn.length === 0) {
      this.#terminal.write(text)
      return
    }
    this.#terminal.write(this.#erase() + text)
    this.#drawn = []
    if (this.#cancel === null) this.#drawAfter(REDRAW_MS)
  }

  /** Draws what is still to be drawn, and leaves it there. */
  end(): void {
    this.#cancel?.()
    this.#draw()
    this.#drawn = []
    this.#wanted = []
  }

  #drawAfter(ms: number): void {
    this.#cancel = this.#clock.after(ms, () => this.#draw())
  }

  #draw(): void {
    this.#cancel = null
    this.#drawnAt = this.#clock.now()
    if (this.#wanted.length === 0 && this.#drawn.length === 0) return
    const body = this.#wanted.map((line) => `${line}\n`).join('')
    // Drawn in one go where the terminal knows how (2026), and never wrapped (7), whatever it thinks of our widths.
    this.#terminal.write(`${ESC}[?2026h${ESC}[?7l${this.#erase()}${body}${ESC}[?7h${ESC}[?2026l`)
    this.#drawn = this.#wanted
  }

  /** Up to the first of our lines, and everything from there is gone. */
  #erase(): string {
    const { columns } = this.#terminal
    let rows = 0
    // A terminal that became narrower since has broken our lines.
    for (const line of this.#drawn) rows += Math.max(1, Math.ceil(cellWidth(line.replaceAll(COLOUR, '')) / columns))
    return rows === 0 ? '' : `${ESC}[${rows}A\r${ESC}[J`
  }
}
