import type { LabProcess } from './lab-process.ts'
import { GaveUp, waitUntil } from './wait-until.ts'

/**
 * Waits for something that a process is to do; gives up at once when the process ends.
 * @throws Error with the end of its log
 */
export async function clientWait(
  client: LabProcess,
  what: string,
  look: () => boolean | Promise<boolean>,
  bound: { readonly timeoutMs: number; readonly intervalMs: number },
): Promise<void> {
  try {
    await waitUntil(
      what,
      async () => {
        if (await look()) return true
        if (!client.running) throw new GaveUp(`${client.command} ended`)
        return false
      },
      bound,
    )
  } catch (error) {
    throw new Error(`${client.command} failed: waited for ${what}. Its log ends with:\n${client.logTail()}`, {
      cause: error,
    })
  }
}
