import type { VNode } from 'preact'
import { files } from '../state/detail.ts'
import { bytesText, counted, percentText } from '../words/quantities.ts'
import { visibleText } from '../words/visible-text.ts'
import { ProgressBar } from './progress-bar.tsx'

export function FilesTab(): VNode {
  const all = files.value
  if (all.length === 0) return <p class="empty">Asking the service …</p>
  return (
    <div class="card scroll">
      <table class="files">
        <caption class="unseen">{counted(all.length, 'file')}</caption>
        <thead>
          <tr>
            <th scope="col">Path below shareable/</th>
            <th scope="col" class="number">
              Length
            </th>
            <th scope="col">Progress</th>
          </tr>
        </thead>
        <tbody>
          {all.map(({ index, path, length, progress }) => (
            <tr key={index}>
              <th scope="row">{visibleText(path)}</th>
              <td class="number">{bytesText(length)}</td>
              <td class="progress">
                <ProgressBar part={progress} label={`Progress of ${visibleText(path)}`} />
                <span class="below">{percentText(progress)}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
