import { setTimeout as sleep } from 'node:timers/promises'

/** How long to wait at most, and how often to look; milliseconds. */
export interface WaitBound {
  readonly timeoutMs?: number
  readonly intervalMs?: number
}

/**
 * Looks again and again until `look` gives something other than undefined or false, and returns that.
 * For real processes only, whose events can't be awaited.
 * @param what said in the error: "libtorrent to finish"
 * @throws Error after `timeoutMs` (30 s unless told), with the last error of `look`, if it threw
 */
export async function waitUntil<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  { timeoutMs = 30_000, intervalMs = 50 }: WaitBound = {},
): Promise<T> {
  const deadline = performance.now() + timeoutMs
  let lastError: unknown
  for (;;) {
    try {
      const found = await look()
      if (found !== undefined && found !== false) return found
      lastError = undefined
    } catch (error) {
      if (error instanceof GaveUp) throw error
      lastError = error
    }
    if (performance.now() >= deadline) {
      throw new Error(`waited ${timeoutMs} ms in vain for ${what}`, { cause: lastError })
    }
    await sleep(intervalMs)
  }
}

/** Thrown by a `look` that knows that waiting longer is of no use. */
export class GaveUp extends Error {
  override readonly name = 'GaveUp'
}
