/** Milliseconds that only go forward, from an arbitrary start: for rates, deadlines and the `now` of the engines. */
export function monotonicNow(): number {
  return performance.now()
}

/** The time of day, for people: log lines and API fields. It may jump. */
export function wallClock(): Date {
  return new Date()
}
