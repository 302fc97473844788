import type { VNode } from 'preact'
import type { Swarm, Tracker } from '../api/client.ts'
import { trackers } from '../state/detail.ts'
import { attempt } from '../state/notices.ts'
import { announceNow } from '../state/swarm-actions.ts'
import { sampled } from '../state/swarms.ts'
import { durationText } from '../words/quantities.ts'
import { visibleText } from '../words/visible-text.ts'

export function TrackersTab({ swarm }: { readonly swarm: Swarm }): VNode {
  // The times below run on.
  void sampled.value
  const all = trackers.value
  const announce = (): void => {
    void attempt('Not announced', async () => {
      await announceNow(swarm.infoHash)
      return 'The trackers are being asked.'
    })
  }
  return (
    <div class="card scroll">
      <div class="heading inset">
        <h2>Trackers</h2>
        <button type="button" onClick={announce} disabled={swarm.state === 'stopped'}>
          Ask them now
        </button>
      </div>
      {all.length === 0 ? (
        <p class="empty">
          The torrent names no trackers: its peers are found by the network's members, local discovery and peer
          exchange.
        </p>
      ) : (
        <table class="stacks">
          <thead>
            <tr>
              <th scope="col" class="number">
                Tier
              </th>
              <th scope="col">Tracker</th>
              <th scope="col">Status</th>
              <th scope="col" class="number">
                Seeders
              </th>
              <th scope="col" class="number">
                Others
              </th>
              <th scope="col">Asked again</th>
            </tr>
          </thead>
          <tbody>
            {all.map((tracker, at) => (
              <TrackerRow key={at} tracker={tracker} />
            ))}
          </tbody>
        </table>
      )}
    </div>
  )
}

const looks: Partial<Record<Tracker['status'], string>> = {
  working: 'seeding',
  own: 'seeding',
  announcing: 'downloading',
  failed: 'error',
  refused: 'error',
}

function TrackerRow({ tracker }: { readonly tracker: Tracker }): VNode {
  const { tier, url, status, statusReason, lastError, seeders, leechers, nextAnnounceAt } = tracker
  return (
    <tr>
      <td class="number" data-label="Tier">
        {tier}
      </td>
      <th scope="row">{visibleText(url)}</th>
      <td class="wide">
        <span class={`badge ${looks[status] ?? ''}`}>{status}</span>
        <span class="reason">{visibleText(statusReason)}</span>
        {lastError !== null && <span class="reason">{visibleText(lastError)}</span>}
      </td>
      <td class="number" data-label="Seeders">
        {seeders ?? '–'}
      </td>
      <td class="number" data-label="Others">
        {leechers ?? '–'}
      </td>
      <td data-label="Asked again">
        {nextAnnounceAt === null ? '–' : inText(Date.parse(nextAnnounceAt) - Date.now())}
      </td>
    </tr>
  )
}

const inText = (ms: number): string => (ms <= 0 ? 'now' : `in ${durationText(ms / 1000)}`)
