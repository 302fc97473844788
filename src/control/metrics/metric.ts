/** What a metric is to us: its words, and how its values are read from a source. One entry each, in tables beside. */
import type { DurationsView } from '../../service/index.ts'

type Labels = Readonly<Record<string, string>>

export type Sample<Value> = readonly [labels: Labels, value: Value]

interface Described {
  /** With the prefix `swarmd_`, in base units, `_total` at the end of a counter. */
  readonly name: string
  /** What it counts and what it is good for, in a sentence or two. */
  readonly help: string
  readonly labels: readonly string[]
}

/** A number that goes up and down, or only up; or how long things took. */
export type Metric<Source> =
  | (Described & {
      readonly type: 'gauge' | 'counter'
      read(source: Source): Iterable<Sample<number>>
    })
  | (Described & {
      readonly type: 'histogram'
      read(source: Source): Iterable<Sample<DurationsView>>
    })

type Value = number | null | undefined | boolean

/** One number without labels. Null: there is no value now, and no series. */
export function one(value: Value): Sample<number>[] {
  return value === null || value === undefined ? [] : [[{}, Number(value)]]
}

/** A number for each word of one label. */
export function each(label: string, values: Readonly<Record<string, Value>>): Sample<number>[] {
  return Object.entries(values).flatMap(([word, value]) =>
    one(value).map(([, number]) => [{ [label]: word }, number] as const),
  )
}

/** 1 for the word that holds, 0 for the others. */
export function stateOf(label: string, words: readonly string[], holds: string): Sample<number>[] {
  return words.map((word) => [{ [label]: word }, Number(word === holds)])
}
