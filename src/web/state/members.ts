import { signal } from '@preact/signals'
import { ask, type Member } from '../api/client.ts'
import { noteAnswer } from './connection.ts'

/** Every machine of the network; null before the first answer. */
export const members = signal<readonly Member[] | null>(null)

/** Never throws. */
export async function refreshMembers(): Promise<void> {
  try {
    const found: Member[] = []
    let cursor: string | null = null
    do {
      const query: { limit: number; cursor?: string } = cursor === null ? { limit: 1000 } : { limit: 1000, cursor }
      const page = await ask((client) => client.GET('/network/members', { params: { query } }))
      found.push(...page.items)
      cursor = page.nextCursor
    } while (cursor !== null)
    members.value = found
  } catch (error) {
    noteAnswer(error)
  }
}
