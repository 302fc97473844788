import { signal } from '@preact/signals'
import { createRef, type VNode } from 'preact'
import type { TorrentFile } from '../api/client.ts'
import { contentHref, openContent } from '../api/content.ts'
import { attempt } from '../state/notices.ts'
import { mediaKind } from '../words/media-kind.ts'
import { visibleText } from '../words/visible-text.ts'

interface Played {
  readonly infoHash: string
  readonly file: TorrentFile
}

const played = signal<Played | null>(null)
/** The browser may read it. */
const isOpen = signal(false)
const isFaulty = signal(false)
const dialog = createRef<HTMLDialogElement>()

/** A ticket is good for an hour, and what is played may go on for longer. */
const RENEW_MS = 20 * 60_000
let renewing: ReturnType<typeof setInterval> | undefined

/** Opens at once, and not with the next drawing: the focus has to come back to what was pressed. */
export function play(infoHash: string, file: TorrentFile): void {
  const wanted: Played = { infoHash, file }
  isFaulty.value = false
  isOpen.value = false
  played.value = wanted
  dialog.current?.showModal()
  const open = async (): Promise<void> => {
    const isDone = await attempt('Not played', () => openContent(infoHash, file.index))
    if (played.peek() === wanted && isDone) isOpen.value = true
  }
  void open()
  clearInterval(renewing)
  renewing = setInterval(() => void open(), RENEW_MS)
}

/** Plays a file, whole or not: the browser asks for the parts that it needs, and those are fetched first. */
export function Player(): VNode {
  return (
    <dialog
      ref={dialog}
      class="player"
      aria-labelledby="player-title"
      onClose={() => {
        // Gone from the page it asks for nothing more.
        clearInterval(renewing)
        played.value = null
      }}
    >
      <h2 id="player-title">{played.value === null ? '' : visibleText(played.value.file.path)}</h2>
      {played.value !== null && isOpen.value && <Media played={played.value} />}
      <p class="muted" role="status">
        {isFaulty.value
          ? 'This browser can not play it, or the swarm does not run. Save it, and try a player.'
          : 'It need not be whole: what is played next is fetched first.'}
      </p>
      <p class="buttons">
        <button type="button" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </p>
    </dialog>
  )
}

function Media({ played: { infoHash, file } }: { readonly played: Played }): VNode {
  const common = {
    src: contentHref(infoHash, file.index),
    controls: true,
    autoplay: true,
    'aria-label': visibleText(file.path),
    onError: () => {
      isFaulty.value = true
    },
  }
  return mediaKind(file.path) === 'audio' ? <audio {...common} /> : <video {...common} />
}
