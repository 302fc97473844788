import type { VNode } from 'preact'
import type { Swarm, TorrentFile } from '../api/client.ts'
import { contentHref, openContent } from '../api/content.ts'
import { token } from '../api/token.ts'
import { files } from '../state/detail.ts'
import { FILES_A_PAGE, fileCursors, nextFileCursor, showNextFiles, showPreviousFiles } from '../state/file-pages.ts'
import { attempt } from '../state/notices.ts'
import { changeSwarm } from '../state/swarm-actions.ts'
import { mediaKind } from '../words/media-kind.ts'
import { bytesText, counted, percentText } from '../words/quantities.ts'
import { visibleText } from '../words/visible-text.ts'
import { play } from './player.tsx'
import { ProgressBar } from './progress-bar.tsx'

export function FilesTab({ swarm }: { readonly swarm: Swarm }): VNode {
  const { infoHash } = swarm
  const all = files.value
  if (swarm.length === 0) return <p class="empty">Not known before the metadata is here.</p>
  if (all.length === 0) return <p class="empty">Asking the service …</p>
  return (
    <div class="card scroll">
      <table class="files stacks">
        <caption class="unseen">{counted(all.length, 'file')}</caption>
        <thead>
          <tr>
            <th scope="col">Path below shareable/</th>
            <th scope="col" class="number">
              Length
            </th>
            <th scope="col">Progress</th>
            <th scope="col">Priority</th>
            <th scope="col">
              <span class="unseen">Content</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {all.map((file) => (
            <FileRow key={file.index} infoHash={infoHash} file={file} />
          ))}
        </tbody>
      </table>
      <FilePages />
    </div>
  )
}

/** Where in a long list this is, and the way to the rest of it. */
function FilePages(): VNode | null {
  const before = fileCursors.value.length - 1
  const isLast = nextFileCursor.value === null
  if (before === 0 && typeof nextFileCursor.value !== 'string') return null
  const first = before * FILES_A_PAGE + 1
  return (
    <nav class="pages" aria-label="Pages of files">
      <button type="button" aria-disabled={before === 0} onClick={showPreviousFiles}>
        Previous
      </button>
      <span role="status">
        Files {first.toLocaleString('en')} to {(first + files.value.length - 1).toLocaleString('en')}
        {isLast ? ', the last' : ''}
      </span>
      <button type="button" aria-disabled={isLast} onClick={showNextFiles}>
        Next
      </button>
    </nav>
  )
}

/** Follows the link once the browser may: the token is not in it. */
function save(event: Event, infoHash: string, index: number, name: string): void {
  if (token.value === '') return
  event.preventDefault()
  void attempt('Not saved', async () => {
    await openContent(infoHash, index)
    const link = document.createElement('a')
    link.href = contentHref(infoHash, index)
    link.download = name
    link.click()
  })
}

function FileRow({ infoHash, file }: { readonly infoHash: string; readonly file: TorrentFile }): VNode {
  const { index, path, length, progress, priority } = file
  const name = visibleText(path)
  // The service names no file: a browser would call each of them "content".
  const fileName = name.slice(name.lastIndexOf('/') + 1)
  return (
    <tr>
      <th scope="row">{name}</th>
      <td class="number" data-label="Length">
        {bytesText(length)}
      </td>
      <td class="progress">
        <ProgressBar part={progress} label={`Progress of ${name}`} />
        <span class="below">{percentText(progress)}</span>
      </td>
      <td data-label="Priority">
        <Priority infoHash={infoHash} file={file} />
      </td>
      <td class="wide">
        {/* What is switched off never comes. */}
        {(priority !== 'off' || progress === 1) && (
          <span class="file-actions">
            <a
              href={contentHref(infoHash, index)}
              download={fileName}
              aria-label={`Save ${name}`}
              onClick={(event) => save(event, infoHash, index, fileName)}
            >
              Save
            </a>
            {mediaKind(path) !== null && (
              <button type="button" aria-label={`Play ${name}`} onClick={() => play(infoHash, file)}>
                Play
              </button>
            )}
          </span>
        )}
      </td>
    </tr>
  )
}

const priorities: readonly TorrentFile['priority'][] = ['off', 'low', 'normal', 'high']

function Priority({ infoHash, file }: { readonly infoHash: string; readonly file: TorrentFile }): VNode {
  const { index, path, priority } = file
  const choose = (chosen: string): void => {
    const wanted = priorities.find((each) => each === chosen)
    if (wanted === undefined) return
    void attempt('Not changed', async () => {
      await changeSwarm(infoHash, { files: [{ index, priority: wanted }] })
      files.value = files.value.map((each) => (each.index === index ? { ...each, priority: wanted } : each))
    })
  }
  return (
    <select
      aria-label={`Priority of ${visibleText(path)}`}
      value={priority}
      onChange={(event) => choose(event.currentTarget.value)}
    >
      {priorities.map((each) => (
        <option key={each} value={each}>
          {each}
        </option>
      ))}
    </select>
  )
}
