import { createRef, type VNode } from 'preact'
import type { Swarm } from '../api/client.ts'
import { attempt } from '../state/notices.ts'
import { magnetOf } from '../state/swarm-actions.ts'
import { visibleText } from '../words/visible-text.ts'

const dialog = createRef<HTMLDialogElement>()
const link = createRef<HTMLInputElement>()

/** Shows the link, selected: a page without TLS may not write to the clipboard. */
export function ShareButton({ swarm }: { readonly swarm: Swarm }): VNode {
  const open = (): void => {
    void attempt('No link', async () => {
      const magnet = await magnetOf(swarm.infoHash)
      if (!link.current) return
      link.current.value = magnet
      dialog.current?.showModal()
      link.current.select()
    })
  }
  return (
    <button type="button" onClick={open} aria-label={`Share ${visibleText(swarm.name)}`}>
      Share
    </button>
  )
}

export function ShareDialog(): VNode {
  return (
    <dialog ref={dialog} aria-labelledby="share-title">
      <h2 id="share-title">Magnet link</h2>
      <p>Any client can get the torrent by it. It names the trackers with whatever keys they have.</p>
      <label class="field">
        Link
        <input ref={link} type="text" readOnly />
      </label>
      <p class="buttons">
        <button type="button" class="primary" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </p>
    </dialog>
  )
}
