/** The middle value; of an even number of values, the mean of the two in the middle. NaN when there is none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const [low, high] = [sorted[middle - 1], sorted[middle]]
  if (high === undefined) return Number.NaN
  return sorted.length % 2 === 1 || low === undefined ? high : (low + high) / 2
}

/** The value that so much of all (0 to 1) are not above. NaN when there is none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}

/** `min / median / max` with so many decimals. */
export function spread(values: readonly number[], decimals: number): string {
  return [Math.min(...values), median(values), Math.max(...values)].map((value) => value.toFixed(decimals)).join(' / ')
}

/** Spearman's: 1 when both rise together, whatever the distances. Without ties. */
export function rankCorrelation(xs: readonly number[], ys: readonly number[]): number {
  const ranks = (values: readonly number[]): number[] =>
    values.map((value) => values.filter((other) => other < value).length)
  const [a, b] = [ranks(xs), ranks(ys)]
  const squares = a.reduce((sum, rank, at) => sum + (rank - (b[at] ?? 0)) ** 2, 0)
  const count = xs.length
  return 1 - (6 * squares) / (count * (count * count - 1))
}
