import { signal } from '@preact/signals'
import type { VNode } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { attempt, ImpossibleError } from '../state/notices.ts'
import { addTorrent } from '../state/swarm-actions.ts'

const dragging = signal(false)
/** Bytes of a .torrent that the API takes. */
const MOST_BYTES = 10 * 1024 * 1024

async function addFiles(files: Iterable<File>): Promise<void> {
  for (const file of files) {
    await attempt(`${file.name} was not added`, async () => {
      const { swarm, created } = await addTorrent(await bytesOf(file))
      return created ? `${swarm.name} is added.` : `${swarm.name} was there already.`
    })
  }
}

/** Never of an image that was dropped in the place of its torrent. @throws ImpossibleError */
async function bytesOf(file: File): Promise<Uint8Array<ArrayBuffer>> {
  if (file.size > MOST_BYTES) throw new ImpossibleError('it is no torrent, as those have 10 MiB at most.')
  try {
    return new Uint8Array(await file.arrayBuffer())
  } catch {
    throw new ImpossibleError('it can not be read; is it a folder?')
  }
}

/** Opens the file chooser. */
export function AddButton(): VNode {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <button type="button" class="primary" onClick={() => input.current?.click()}>
        Add torrent
      </button>
      <input
        ref={input}
        class="unseen"
        type="file"
        accept=".torrent,application/x-bittorrent"
        multiple
        tabIndex={-1}
        aria-hidden="true"
        onChange={(event) => {
          const chosen = [...(event.currentTarget.files ?? [])]
          event.currentTarget.value = ''
          void addFiles(chosen)
        }}
      />
    </>
  )
}

/** Takes .torrent files that are dropped anywhere on the page. */
export function DropZone(): VNode | null {
  useEffect(() => {
    const isFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true
    const over = (event: DragEvent): void => {
      if (!isFiles(event)) return
      event.preventDefault()
      dragging.value = true
    }
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) dragging.value = false
    }
    const drop = (event: DragEvent): void => {
      dragging.value = false
      if (!isFiles(event)) return
      event.preventDefault()
      void addFiles([...(event.dataTransfer?.files ?? [])])
    }
    addEventListener('dragover', over)
    addEventListener('dragleave', leave)
    addEventListener('drop', drop)
    return () => {
      removeEventListener('dragover', over)
      removeEventListener('dragleave', leave)
      removeEventListener('drop', drop)
    }
  }, [])
  if (!dragging.value) return null
  return (
    <div class="drop" aria-hidden="true">
      <p>Drop the .torrent to add it</p>
    </div>
  )
}
