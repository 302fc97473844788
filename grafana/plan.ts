/** The words in which the dashboards are written: what each panel asks, and what it says to people. */

/** What the line, bar or lane is called, and its PromQL. `{{label}}` stands for the label's value. */
export type Series = Readonly<Record<string, string>>

/** Of Grafana. `Bps` are bytes per second. */
export type Unit = 'short' | 'bytes' | 'Bps' | 's' | 'percentunit' | 'reqps'

interface Panel {
  readonly title: string
  /** What it shows and what to make of it. */
  readonly about: string
  readonly unit: Unit
  /** Of 24 columns. */
  readonly width: number
  /** A panel of a line or two. */
  readonly isLow?: boolean
  readonly series: Series
}

/** One value of a lane of states. */
export interface StateWord {
  readonly value: number
  readonly word: string
  readonly color: 'transparent' | 'green' | 'blue' | 'purple' | 'text' | 'orange' | 'red'
}

export type PanelPlan =
  /** `lines` and `stacked` over time; `bars`: the last value of each. */
  | (Panel & { readonly kind: 'lines' | 'stacked' | 'bars' })
  /** One number, red from `redFrom` on. */
  | (Panel & { readonly kind: 'number'; readonly redFrom: number | null })
  /** Lanes over time, coloured by state. */
  | (Panel & { readonly kind: 'states'; readonly words: readonly StateWord[] })
  /** Labels as columns, by what stands above them; `value` stands above the number, null hides it. */
  | (Panel & {
      readonly kind: 'table'
      readonly columns: Readonly<Record<string, string>>
      readonly value: string | null
    })

export interface DashboardPlan {
  readonly uid: string
  readonly title: string
  readonly about: string
  /** Labels to choose from at the top, each within those before it: one value, or any number of them. */
  readonly variables: Partial<Record<'member' | 'swarm' | 'peer', 'one' | 'any'>>
  readonly rows: readonly { readonly title: string; readonly panels: readonly PanelPlan[] }[]
}

const drawn =
  (kind: 'lines' | 'stacked' | 'bars') =>
  (title: string, unit: Unit, about: string, series: Series, width = 8): PanelPlan => ({
    kind,
    title,
    unit,
    about,
    series,
    width,
  })

export const lines = drawn('lines')
export const stacked = drawn('stacked')
export const bars = drawn('bars')

export function number(
  title: string,
  unit: Unit,
  about: string,
  expr: string,
  redFrom: number | null = null,
): PanelPlan {
  return { kind: 'number', title, unit, about, series: { '': expr }, width: 4, redFrom }
}

export function states(
  title: string,
  about: string,
  words: readonly StateWord[],
  series: Series,
  width = 8,
): PanelPlan {
  return { kind: 'states', title, unit: 'short', about, words, series, width }
}

/** @param what labels as columns by what stands above them; what stands above the number, null hides it */
export function table(
  title: string,
  unit: Unit,
  about: string,
  what: {
    readonly columns: Readonly<Record<string, string>>
    readonly value: string | null
    readonly expr: string
  },
  width = 12,
): PanelPlan {
  const { columns, value, expr } = what
  return { kind: 'table', title, unit, about, columns, value, series: { '': expr }, width }
}

/** The same in half the height. */
export const low = (panel: PanelPlan): PanelPlan => ({ ...panel, isLow: true })

/** For lanes that are 1 while something holds. */
export const held = (word: string, color: StateWord['color']): readonly StateWord[] => [
  { value: 0, word: 'no', color: 'transparent' },
  { value: 1, word, color },
]

/** What is counted, a second. @param metric a counter with its selector */
export const rate = (metric: string): string => `rate(${metric}[$__rate_interval])`

/** What was counted since the point before. @param metric a counter with its selector */
export const counted = (metric: string): string => `increase(${metric}[$__rate_interval])`

/** The time below which such a part was. @param by labels to keep apart */
export const quantile = (part: number, metric: string, selector: string, by: readonly string[] = []): string =>
  `histogram_quantile(${part}, sum by (${['le', ...by].join(', ')}) (${rate(`${metric}_bucket${selector}`)}))`

const half = 'half below'
const most = '99 % below'

/** The middle and the tail of a histogram. */
export const halfAndMost = (metric: string, selector: string): Series => ({
  [half]: quantile(0.5, metric, selector),
  [most]: quantile(0.99, metric, selector),
})

/** What swarms do, as numbers: of several, the one that needs a look is the highest. */
export const swarmStates: readonly StateWord[] = [
  { value: 1, word: 'seeding', color: 'green' },
  { value: 2, word: 'downloading', color: 'blue' },
  { value: 3, word: 'fetching-metadata', color: 'purple' },
  { value: 4, word: 'checking', color: 'purple' },
  { value: 5, word: 'stopped', color: 'text' },
  { value: 6, word: 'stalled', color: 'orange' },
  { value: 7, word: 'error', color: 'red' },
]

/** @param matchers of the labels of a swarm: `swarm=~"$swarm"` */
export const swarmState = (by: string, matchers: string): string =>
  `max by (${by}) (${swarmStates
    .map(({ value, word }) => `${value} * (swarmd_swarm_state{${matchers},state="${word}"} == 1)`)
    .join(' or ')})`
