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
