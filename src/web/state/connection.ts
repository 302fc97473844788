import { signal } from '@preact/signals'
import { ApiError } from '../api/client.ts'

/** `locked`: the service wants a token, or another one. */
export const connection = signal<'starting' | 'live' | 'away' | 'locked'>('starting')

/** What an attempt to reach the service says about the connection. */
export function noteAnswer(error?: unknown): void {
  if (error === undefined) connection.value = 'live'
  else if (error instanceof ApiError) connection.value = error.status === 401 ? 'locked' : 'live'
  else connection.value = 'away'
}
