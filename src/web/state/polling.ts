import { effect } from '@preact/signals'
import { token } from '../api/token.ts'
import { connection } from './connection.ts'
import { refreshDetail } from './detail.ts'
import { fileCursors } from './file-pages.ts'
import { isStreaming, listen } from './event-stream.ts'
import { isLabStreaming, listenToLab, refreshMembers } from './members.ts'
import { route } from './route.ts'
import { refreshSwarms, sampleRates } from './swarms.ts'

const INTERVAL_MS = 1000

/** Keeps the state fresh while the page can be seen: what does not come by itself is asked for once a second. */
export function keepFresh(): void {
  let asking = false
  let again = false
  const refresh = async (): Promise<void> => {
    if (asking) {
      again = true
      return
    }
    asking = true
    do {
      again = false
      const at = route.peek()
      await Promise.all([
        isStreaming.peek() ? null : refreshSwarms(),
        refreshDetail(at),
        at.page === 'lab' && !isLabStreaming.peek() ? refreshMembers() : null,
      ])
    } while (again)
    asking = false
  }
  setInterval(() => {
    sampleRates(Date.now())
    // Asking on with a token that is refused would lock this address out.
    const isRefused = connection.peek() === 'locked' && token.peek() !== ''
    if (!document.hidden && !asking && !isRefused) void refresh()
  }, INTERVAL_MS)
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) void refresh()
  })
  effect(() => {
    // Another place, another page of a list, or another token: look at once.
    void route.value
    void token.value
    void fileCursors.value
    void refresh()
  })
  listen()
  listenToLab()
}
