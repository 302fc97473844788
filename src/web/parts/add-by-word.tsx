import { createRef, type VNode } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { attempt } from '../state/notices.ts'
import { addMagnet } from '../state/swarm-actions.ts'
import { visibleText } from '../words/visible-text.ts'

const MAGNET = /^\s*magnet:\?/i
const dialog = createRef<HTMLDialogElement>()

async function add(link: string): Promise<boolean> {
  return attempt('The magnet link was not added', async () => {
    const { swarm, created } = await addMagnet(link.trim())
    const name = visibleText(swarm.name)
    return created ? `${name} is added.` : `${name} was there already.`
  })
}

/** Opens the dialog. */
export function MagnetButton(): VNode {
  return (
    <button type="button" onClick={() => dialog.current?.showModal()}>
      Add magnet link
    </button>
  )
}

/** Asks for a magnet link; one that is pasted anywhere on the page is taken without asking. */
export function MagnetDialog(): VNode {
  const text = useRef<HTMLInputElement>(null)
  useEffect(() => {
    const paste = (event: ClipboardEvent): void => {
      const link = event.clipboardData?.getData('text') ?? ''
      // What is pasted into a field stays there.
      if (event.target instanceof Element && event.target.closest('input, textarea, select') !== null) return
      if (!MAGNET.test(link)) return
      event.preventDefault()
      void add(link)
    }
    addEventListener('paste', paste)
    return () => removeEventListener('paste', paste)
  }, [])
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    // What was wrong with it can be put right.
    if (!(await add(text.current?.value ?? ''))) return
    if (text.current) text.current.value = ''
    dialog.current?.close()
  }
  return (
    <dialog ref={dialog} aria-labelledby="magnet-title">
      <h2 id="magnet-title">Add a magnet link</h2>
      <p>What the torrent holds is asked of its peers first. A link can also be pasted anywhere on this page.</p>
      <form onSubmit={(event) => void submit(event)}>
        <label class="field">
          Magnet link
          <input ref={text} type="text" placeholder="magnet:?xt=urn:btih:…" autocomplete="off" required />
        </label>
        <p class="buttons">
          <button type="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button type="submit" class="primary">
            Add
          </button>
        </p>
      </form>
    </dialog>
  )
}
