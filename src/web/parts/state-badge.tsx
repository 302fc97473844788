import type { VNode } from 'preact'
import type { Swarm } from '../api/client.ts'

/** What the swarm does, as a word and a colour; the word alone says it all. */
export function StateBadge({ state }: Pick<Swarm, 'state'>): VNode {
  return <span class={`badge ${state}`}>{state.replace('-', ' ')}</span>
}
