import { signal } from '@preact/signals'
import { createRef, type VNode } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { ApiError, type Problem } from '../api/client.ts'
import { notify, reasonOf } from '../state/notices.ts'
import { addByWord } from '../state/swarm-actions.ts'
import { bytesText } from '../words/quantities.ts'
import { visibleText } from '../words/visible-text.ts'

const MAGNET = /^\s*magnet:\?/i
const dialog = createRef<HTMLDialogElement>()
/** Other machines are asked for a name, which takes up to ten seconds. */
const isAsking = signal(false)
/** The torrents that have the name that was asked for. */
const candidates = signal<NonNullable<Problem['candidates']>>([])
/** Why it was not added, while the dialog is open: it covers what the page says. */
const refusal = signal('')

async function add(word: string): Promise<boolean> {
  const isMagnet = MAGNET.test(word)
  forgetAnswer()
  isAsking.value = true
  try {
    const { swarm, created } = await addByWord(isMagnet ? { magnet: word.trim() } : { name: word.trim() })
    const name = visibleText(swarm.name)
    notify('good', created ? `${name} is added.` : `${name} was there already.`)
    return true
  } catch (error) {
    const said = `${isMagnet ? 'The magnet link was not added' : 'Not added by its name'}: ${reasonOf(error)}`
    // Who has closed the dialog meanwhile is not to choose the next time it is opened.
    if (dialog.current?.open === true) {
      refusal.value = said
      if (error instanceof ApiError) candidates.value = error.problem.candidates ?? []
    } else notify('bad', said)
    return false
  } finally {
    isAsking.value = false
  }
}

function forgetAnswer(): void {
  candidates.value = []
  refusal.value = ''
}

/** Opens the dialog. */
export function WordButton(): VNode {
  return (
    <button type="button" onClick={() => dialog.current?.showModal()}>
      Add by link or name
    </button>
  )
}

/** Asks for a magnet link or a name; a link that is pasted anywhere on the page is taken without asking. */
export function WordDialog(): VNode {
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
  const addAndClose = async (word: string): Promise<void> => {
    // What was wrong with it can be put right.
    if (!(await add(word))) return
    if (text.current) text.current.value = ''
    dialog.current?.close()
  }
  const submit = (event: Event): void => {
    event.preventDefault()
    if (!isAsking.value) void addAndClose(text.current?.value ?? '')
  }
  return (
    <dialog ref={dialog} aria-labelledby="word-title" onClose={forgetAnswer}>
      <h2 id="word-title">Add by link or name</h2>
      <p>
        A magnet link, which can also be pasted anywhere on this page; or the name of a file or folder that other
        machines have: they are asked for it.
      </p>
      <form onSubmit={submit}>
        <label class="field">
          Magnet link or name
          <input
            ref={text}
            type="text"
            placeholder="music.txt, or magnet:?xt=urn:btih:…"
            maxLength={16384}
            autocomplete="off"
            required
          />
        </label>
        <p class="refusal" role="alert">
          {refusal.value}
        </p>
        <Candidates choose={(magnet) => void addAndClose(magnet)} />
        <p class="buttons">
          <button type="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button type="submit" class="primary" aria-disabled={isAsking.value}>
            {isAsking.value ? 'Asking…' : 'Add'}
          </button>
        </p>
      </form>
    </dialog>
  )
}

/** Which of several torrents of one name it should be. */
function Candidates({ choose }: { readonly choose: (magnet: string) => void }): VNode | null {
  if (candidates.value.length === 0) return null
  return (
    <fieldset>
      <legend>Several torrents have this name</legend>
      {candidates.value.map(({ infoHash, length, magnet }) => (
        <p key={infoHash}>
          <button type="button" onClick={() => choose(magnet)}>
            Add {infoHash.slice(0, 8)}… {length === null ? '' : `of ${bytesText(length)}`}
          </button>
        </p>
      ))}
    </fieldset>
  )
}
