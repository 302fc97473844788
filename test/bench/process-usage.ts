import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** What a process group has cost up to now. */
export interface ProcessUsage {
  /** User and system time. */
  readonly cpuSeconds: number
  /** Peak resident memory, the peaks of all processes of the group added. */
  readonly peakBytes: number
}

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))

// Fields of /proc/PID/stat, counted from the one after the name in brackets (proc_pid_stat(5), field 3).
const GROUP = 2
const CPU_TIMES = [11, 12, 13, 14] // utime, stime, and the same of its children that have ended

const readOrNothing = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** @param group pid of the group's leader */
export function processUsage(group: number): ProcessUsage {
  let ticks = 0
  let peakKibibytes = 0
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const stat = readOrNothing(`/proc/${pid}/stat`)
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (Number(fields[GROUP]) !== group) continue
    for (const field of CPU_TIMES) ticks += Number(fields[field])
    peakKibibytes += Number(/VmHWM:\s+(\d+) kB/.exec(readOrNothing(`/proc/${pid}/status`))?.[1] ?? 0)
  }
  return { cpuSeconds: ticks / ticksPerSecond, peakBytes: peakKibibytes * 1024 }
}
