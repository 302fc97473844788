import type { EventEmitter } from 'node:events'

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
type StopSignal = (typeof stopSignals)[number]
const signalNumbers: Readonly<Record<StopSignal, number>> = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 }

/** A terminal sends Ctrl-C to all processes in front, and npm and the launcher pass it on: that is still one wish. */
const ECHO_MS = 300

export interface StopSource {
  /** SIGHUP is the end of a terminal, where there is one; else it asks for something else. */
  readonly hangUpStops: boolean
  readonly signals: EventEmitter
  /** Monotonic milliseconds. */
  now(): number
  exit(code: number): void
}

/**
 * Waits for the first signal to stop. A second one is impatience: it exits at once, as the signal would have done.
 *
 * @param onStop called at the first signal
 */
export function watchStopSignals(source: StopSource, onStop: (signal: StopSignal) => void): () => void {
  let firstAt: number | undefined
  const meant = stopSignals.filter((signal) => source.hangUpStops || signal !== 'SIGHUP')
  const listeners = meant.map((signal) => {
    const listener = (): void => {
      if (firstAt === undefined) {
        firstAt = source.now()
        onStop(signal)
      } else if (source.now() - firstAt > ECHO_MS) {
        source.exit(128 + signalNumbers[signal])
      }
    }
    source.signals.on(signal, listener)
    return { signal, listener }
  })
  return () => {
    for (const { signal, listener } of listeners) source.signals.off(signal, listener)
  }
}
