import { useComputed } from '@preact/signals'
import type { VNode } from 'preact'
import { etaOf, sampled, swarmOf } from '../state/swarms.ts'
import { durationText } from '../words/quantities.ts'

/** How long it still takes, in words; – when that is unknown or it is complete. Only the text changes, not what is around. */
export function TimeLeft({ infoHash }: { readonly infoHash: string }): VNode {
  const text = useComputed(() => {
    void sampled.value
    const swarm = swarmOf(infoHash)?.value
    const eta = etaOf(infoHash)
    const isOver = swarm === undefined || swarm.progress >= 1 || swarm.state === 'stopped'
    return isOver || eta === null ? '–' : durationText(eta)
  })
  return <>{text}</>
}
