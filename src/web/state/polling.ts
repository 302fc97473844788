import { effect } from '@preact/signals'
import { token } from '../api/token.ts'
import { refreshDetail } from './detail.ts'
import { route } from './route.ts'
import { refreshSwarms } from './swarms.ts'

const INTERVAL_MS = 1000

/** Keeps the state fresh, once a second while the page can be seen. */
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
      await Promise.all([refreshSwarms(), refreshDetail(route.peek())])
    } while (again)
    asking = false
  }
  setInterval(() => {
    if (!document.hidden && !asking) void refresh()
  }, INTERVAL_MS)
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) void refresh()
  })
  effect(() => {
    // Another place, or another token: look at once.
    void route.value
    void token.value
    void refresh()
  })
}
