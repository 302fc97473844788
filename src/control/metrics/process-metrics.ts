/** Metrics of the process: processor, memory, descriptors. */
import { readdirSync, readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { each, type Metric, one } from './metric.ts'

export interface ProcessMeasures {
  /** Microseconds. */
  readonly cpu: NodeJS.CpuUsage
  readonly memory: NodeJS.MemoryUsage
  /** Milliseconds since the start. */
  readonly loop: { readonly active: number; readonly idle: number }
  /** Null where the system does not tell. */
  readonly openFiles: number | null
  readonly maxFiles: number | null
}

export function measureProcess(): ProcessMeasures {
  return {
    cpu: process.cpuUsage(),
    memory: process.memoryUsage(),
    loop: performance.eventLoopUtilization(),
    openFiles: countOpenFiles(),
    maxFiles: readMaxFiles(),
  }
}

function countOpenFiles(): number | null {
  try {
    return readdirSync('/proc/self/fd').length
  } catch {
    return null
  }
}

function readMaxFiles(): number | null {
  try {
    const found = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))
    return found ? Number(found[1]) : null
  } catch {
    return null
  }
}

export const processMetrics: readonly Metric<ProcessMeasures>[] = [
  {
    name: 'swarmd_process_cpu_seconds_total',
    type: 'counter',
    labels: ['mode'],
    help: 'Processor time of all threads, in our code (user) and in the system for us.',
    read: ({ cpu }) => each('mode', { user: cpu.user / 1e6, system: cpu.system / 1e6 }),
  },
  {
    name: 'swarmd_process_resident_memory_bytes',
    type: 'gauge',
    labels: [],
    help: 'Memory that the process takes of the machine.',
    read: ({ memory }) => one(memory.rss),
  },
  {
    name: 'swarmd_process_memory_bytes',
    type: 'gauge',
    labels: ['pool'],
    help: 'Memory in use: objects of the program (heap), and buffers outside of it (external), such as pieces and blocks.',
    read: ({ memory }) => each('pool', { heap: memory.heapUsed, external: memory.external }),
  },
  {
    name: 'swarmd_process_open_files',
    type: 'gauge',
    labels: [],
    help: 'File descriptors in use: sockets, files, pipes.',
    read: ({ openFiles }) => one(openFiles),
  },
  {
    name: 'swarmd_process_open_files_limit',
    type: 'gauge',
    labels: [],
    help: 'File descriptors that the process may have (LimitNOFILE).',
    read: ({ maxFiles }) => one(maxFiles),
  },
  {
    name: 'swarmd_event_loop_seconds_total',
    type: 'counter',
    labels: ['state'],
    help: 'Time that the event loop worked (active) and waited (idle). rate() of active near 1: the thread is full.',
    read: ({ loop }) => each('state', { active: loop.active / 1000, idle: loop.idle / 1000 }),
  },
]
