import type { VNode } from 'preact'
import { isStreaming } from '../state/event-stream.ts'
import { log } from '../state/log.ts'
import { visibleText } from '../words/visible-text.ts'

/** What happened in one swarm since the page was opened. */
export function LogTab({ infoHash }: { readonly infoHash: string }): VNode {
  const entries = log.value.filter((entry) => entry.infoHash === infoHash)
  if (entries.length === 0) {
    return (
      <p class="empty">
        {isStreaming.value
          ? 'Nothing has happened since this page was opened.'
          : 'Events do not come through here: is there a proxy that lets no WebSocket pass?'}
      </p>
    )
  }
  return (
    <ol class="card log">
      {entries.map(({ time, seq, text }) => (
        // A service that was started anew counts from the beginning.
        <li key={`${time} ${seq}`}>
          <time dateTime={time}>{new Date(time).toLocaleTimeString('en-GB')}</time> {visibleText(text)}
        </li>
      ))}
    </ol>
  )
}
