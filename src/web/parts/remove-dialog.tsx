import { signal } from '@preact/signals'
import { createRef, type VNode } from 'preact'
import type { Swarm } from '../api/client.ts'
import { attempt } from '../state/notices.ts'
import { route, swarmsHref } from '../state/route.ts'
import { removeSwarm } from '../state/swarm-actions.ts'
import { visibleText } from '../words/visible-text.ts'

/** What somebody wants to remove, and has to confirm. One dialog for all: a thousand of them would weigh. */
const asked = signal<Swarm | null>(null)

const dialog = createRef<HTMLDialogElement>()
const data = createRef<HTMLInputElement>()

/** Opens at once, and not with the next drawing: the focus has to come back to what was pressed. */
export function askToRemove(swarm: Swarm): void {
  asked.value = swarm
  if (data.current) data.current.checked = false
  dialog.current?.showModal()
}

export function RemoveDialog(): VNode {
  const swarm = asked.value
  const name = swarm === null ? '' : visibleText(swarm.name)
  const remove = async (): Promise<void> => {
    if (swarm === null) return
    const choice = data.current?.checked === true ? 'delete' : 'keep'
    dialog.current?.close()
    const done = await attempt('Not removed', async () => {
      await removeSwarm(swarm.infoHash, choice)
      return `${name} is forgotten${choice === 'delete' ? ', and its files are deleted' : ''}.`
    })
    const at = route.value
    if (done && at.page === 'swarm' && at.infoHash === swarm.infoHash) location.hash = swarmsHref
  }
  return (
    <dialog
      ref={dialog}
      aria-labelledby="remove-title"
      onClose={() => {
        asked.value = null
      }}
    >
      <h2 id="remove-title">Remove {name}?</h2>
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
