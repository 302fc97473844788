import { printable, printableJson } from '../terminal/printable.ts'
import { type Column, table } from '../terminal/table.ts'
import type { ClientSystem } from './client-system.ts'

/** Writes answers to stdout: lines and tables for people, or what the API said as JSON. */
export class Printer {
  readonly json: boolean
  readonly #system: ClientSystem

  constructor(system: ClientSystem, json: boolean) {
    this.json = json
    this.#system = system
  }

  /** The answer itself with --json, else what `people` makes of it. */
  answer<T>(value: T, people: (value: T) => readonly string[]): void {
    if (this.json) this.#system.out(`${printableJson(value, 2)}\n`)
    else for (const line of people(value)) this.#system.out(`${line}\n`)
  }

  /** One value, one line. */
  jsonLine(value: unknown): void {
    this.#system.out(`${printableJson(value)}\n`)
  }

  line(text: string): void {
    this.#system.out(`${printable(text)}\n`)
  }

  /** A table; cut at the edge of a terminal, never in a pipe. */
  table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string[] {
    return table(rows, columns, this.#system.stdout.isTTY ? this.#system.stdout.columns : null)
  }
}
