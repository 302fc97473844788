import { useComputed } from '@preact/signals'
import type { VNode } from 'preact'
import { swarmOf } from '../state/swarms.ts'
import { durationText } from '../words/quantities.ts'

/** How long it still takes, in words; – when that is unknown or it is complete. Only the text changes, not what is around. */
export function TimeLeft({ infoHash }: { readonly infoHash: string }): VNode {
  const text = useComputed(() => {
    const { etaSeconds = null, progress = 1, state } = swarmOf(infoHash)?.value ?? {}
    return progress >= 1 || state === 'stopped' || etaSeconds === null ? '–' : durationText(etaSeconds)
  })
  return <>{text}</>
}
