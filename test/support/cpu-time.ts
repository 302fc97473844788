import { readFileSync } from 'node:fs'

/**
 * CPU time of this thread that a synchronous piece of work took, in milliseconds. A test that bounds it does not fail
 * because another process had the core; cores that share a cache can still make it half as long again, so the bounds
 * leave room: what they guard against is work that grows with the square of its input, which takes minutes.
 */
export function cpuMs(work: () => void): number {
  const before = process.threadCpuUsage()
  work()
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1000
}

/**
 * How long the main thread of a process has waited for a core until now, in milliseconds: it could have gone on, and others
 * had them all. What a start or an answer took beyond this is its own doing, however busy the machine is.
 * @throws Error when there is no such process
 */
export function waitedForCoreMs(pid: number): number {
  const [, waitedNs = ''] = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'latin1').split(' ')
  return Number(waitedNs) / 1e6
}
