import { signal } from '@preact/signals'
import { createRef, type VNode } from 'preact'
import type { TorrentFile } from '../api/client.ts'
import { mediaKind } from '../words/media-kind.ts'
import { visibleText } from '../words/visible-text.ts'

interface Played {
  readonly infoHash: string
  readonly file: TorrentFile
}

const played = signal<Played | null>(null)
const isFaulty = signal(false)
const dialog = createRef<HTMLDialogElement>()

export const contentHref = (infoHash: string, index: number): string => `swarms/${infoHash}/files/${index}/content`

/** Opens at once, and not with the next drawing: the focus has to come back to what was pressed. */
export function play(infoHash: string, file: TorrentFile): void {
  isFaulty.value = false
  played.value = { infoHash, file }
  dialog.current?.showModal()
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
        played.value = null
      }}
    >
      <h2 id="player-title">{played.value === null ? '' : visibleText(played.value.file.path)}</h2>
      {played.value !== null && <Media played={played.value} />}
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
