import type { VNode } from 'preact'
import type { Swarm } from '../api/client.ts'
import { attempt } from '../state/notices.ts'
import { changeSwarm, recheck } from '../state/swarm-actions.ts'
import { visibleText } from '../words/visible-text.ts'
import { askToRemove } from './remove-dialog.tsx'

/** Start or stop, and remove. */
export function SwarmActions({ swarm }: { readonly swarm: Swarm }): VNode {
  const name = visibleText(swarm.name)
  const isStopped = swarm.state === 'stopped'
  const turn = (): void => {
    void attempt(isStopped ? 'Not started' : 'Not stopped', () =>
      changeSwarm(swarm.infoHash, { state: isStopped ? 'started' : 'stopped' }),
    )
  }
  return (
    <>
      <button type="button" onClick={turn} aria-label={`${isStopped ? 'Start' : 'Stop'} ${name}`}>
        {isStopped ? 'Start' : 'Stop'}
      </button>
      <button type="button" onClick={() => askToRemove(swarm)} aria-label={`Remove ${name}`}>
        Remove
      </button>
    </>
  )
}

/** Reads all pieces back, trusting nothing. */
export function RecheckButton({ swarm }: { readonly swarm: Swarm }): VNode {
  const isOff = swarm.state === 'stopped' || swarm.state === 'checking' || swarm.length === 0
  const begin = (): void => {
    if (isOff) return
    void attempt('Not rechecked', () => recheck(swarm.infoHash))
  }
  // Not `disabled`: that would take the focus from who has just pressed it.
  return (
    <button type="button" onClick={begin} aria-disabled={isOff} aria-label={`Recheck ${visibleText(swarm.name)}`}>
      Recheck
    </button>
  )
}
