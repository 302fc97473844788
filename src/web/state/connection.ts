import { signal } from '@preact/signals'
import { ApiError } from '../api/client.ts'

/** `locked`: the service wants a token, or another one. */
export const connection = signal<'starting' | 'live' | 'away' | 'locked'>('starting')

const UNAUTHORIZED = 401
/** Too many wrong tokens came from here: whether this one is good is not looked at. */
const LOCKED_OUT = 429

/** What an attempt to reach the service says about the connection. */
export function noteAnswer(error?: unknown): void {
  if (error === undefined) connection.value = 'live'
  else if (error instanceof ApiError) {
    const isRefused = error.status === UNAUTHORIZED || error.problem.code === 'scope-missing'
    if (error.status !== LOCKED_OUT) connection.value = isRefused ? 'locked' : 'live'
  } else connection.value = 'away'
}
