import { signal } from '@preact/signals'
import { ApiError } from '../api/client.ts'

export interface Notice {
  readonly id: number
  readonly kind: 'good' | 'bad'
  readonly text: string
}

/** What went well is gone after this; what did not stays until it is dismissed, as it asks for something to be done. */
const SHOWN_MS = 8000
let count = 0

/** What just went well or not, newest last. */
export const notices = signal<readonly Notice[]>([])

export function notify(kind: Notice['kind'], text: string): void {
  const id = ++count
  notices.value = [...notices.value.slice(-4), { id, kind, text }]
  if (kind === 'good') setTimeout(() => dismiss(id), SHOWN_MS)
}

export function dismiss(id: number): void {
  notices.value = notices.value.filter((notice) => notice.id !== id)
}

/** What the user asked for can't be done, by what is known on this side. */
export class ImpossibleError extends Error {
  override readonly name = 'ImpossibleError'
}

/** Does something by the API, and says so when it went wrong. */
export async function attempt(what: string, act: () => Promise<string | void>): Promise<boolean> {
  try {
    const said = await act()
    if (said) notify('good', said)
    return true
  } catch (error) {
    notify('bad', `${what}: ${reasonOf(error)}`)
    return false
  }
}

/** In whole sentences: what went wrong, and what to do about it. */
export function reasonOf(error: unknown): string {
  if (error instanceof ImpossibleError) return error.message
  if (!(error instanceof ApiError)) return 'The service does not answer.'
  return [error.message, error.problem.action ?? ''].map(sentence).filter(Boolean).join(' ')
}

const sentence = (text: string): string => (/[^.!?]$/.test(text) ? `${text}.` : text)
