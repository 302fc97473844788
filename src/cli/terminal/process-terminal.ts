import type { LiveClock, LiveTerminal } from './live-lines.ts'

/** A stream of this process as a terminal; its size is looked at anew each time, as windows change. */
export function terminalOf(stream: NodeJS.WriteStream): LiveTerminal {
  return {
    get columns() {
      return stream.columns || 80
    },
    get rows() {
      return stream.rows || 24
    },
    write: (text) => void stream.write(text),
  }
}

/** Timers that keep no process alive. */
export const processClock: LiveClock = {
  now: () => performance.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms)
    timer.unref()
    return () => clearTimeout(timer)
  },
}
