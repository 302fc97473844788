import type { VNode } from 'preact'
import { useRef } from 'preact/hooks'
import type { Swarm } from '../api/client.ts'
import { attempt } from '../state/notices.ts'
import { route, swarmsHref } from '../state/route.ts'
import { removeSwarm, setState } from '../state/swarms.ts'
import { visibleText } from '../words/visible-text.ts'

/** Start or stop, and remove. */
export function SwarmActions({ swarm }: { readonly swarm: Swarm }): VNode {
  const dialog = useRef<HTMLDialogElement>(null)
  const name = visibleText(swarm.name)
  const isStopped = swarm.state === 'stopped'
  const turn = (): void => {
    void attempt(isStopped ? 'Not started' : 'Not stopped', () =>
      setState(swarm.infoHash, isStopped ? 'started' : 'stopped'),
    )
  }
  return (
    <>
      <button type="button" onClick={turn} aria-label={`${isStopped ? 'Start' : 'Stop'} ${name}`}>
        {isStopped ? 'Start' : 'Stop'}
      </button>
      <button type="button" onClick={() => dialog.current?.showModal()} aria-label={`Remove ${name}`}>
        Remove
      </button>
      <RemoveDialog swarm={swarm} dialog={dialog} />
    </>
  )
}

interface RemoveDialogProps {
  readonly swarm: Swarm
  readonly dialog: { current: HTMLDialogElement | null }
}

function RemoveDialog({ swarm, dialog }: RemoveDialogProps): VNode {
  const data = useRef<HTMLInputElement>(null)
  const name = visibleText(swarm.name)
  const title = `remove-${swarm.infoHash}`
  const remove = async (): Promise<void> => {
    const choice = data.current?.checked === true ? 'delete' : 'keep'
    dialog.current?.close()
    const done = await attempt('Not removed', async () => {
      await removeSwarm(swarm.infoHash, choice)
      return `${name} is forgotten${choice === 'delete' ? ', and its files are deleted' : ''}.`
    })
    if (done && route.value.page === 'swarm') location.hash = swarmsHref
  }
  return (
    <dialog ref={dialog} aria-labelledby={title}>
      <h2 id={title}>Remove {name}?</h2>
      <p>This peer leaves the swarm. What it has only in part is deleted; complete files stay in shareable/.</p>
      <label class="check">
        <input type="checkbox" ref={data} /> Delete complete files too
      </label>
      <p class="buttons">
        <button type="button" onClick={() => dialog.current?.close()}>
          Cancel
        </button>
        <button type="button" class="danger" onClick={() => void remove()}>
          Remove
        </button>
      </p>
    </dialog>
  )
}
