import type { VNode } from 'preact'
import { dismiss, notices } from '../state/notices.ts'
import { visibleText } from '../words/visible-text.ts'

/** What just happened; read out as it comes. */
export function Notices(): VNode {
  return (
    <div class="notices" role="status" aria-live="polite">
      {notices.value.map(({ id, kind, text }) => (
        <p key={id} class={kind}>
          <span>{visibleText(text)}</span>
          <button type="button" class="plain" aria-label="Dismiss" onClick={() => dismiss(id)}>
            ×
          </button>
        </p>
      ))}
    </div>
  )
}
