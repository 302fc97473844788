import type { VNode } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { Swarm } from '../api/client.ts'
import { attempt } from '../state/notices.ts'
import { changeSwarm } from '../state/swarm-actions.ts'

const MEGA = 1_000_000

/** Limits of the rates, and the order of the pieces. */
export function SettingsCard({ swarm }: { readonly swarm: Swarm }): VNode {
  const down = useRef<HTMLInputElement>(null)
  const up = useRef<HTMLInputElement>(null)
  const apply = (event: Event): void => {
    event.preventDefault()
    void attempt('Not changed', async () => {
      await changeSwarm(swarm.infoHash, { downloadLimit: limitIn(down.current), uploadLimit: limitIn(up.current) })
      return 'The limits hold from now on.'
    })
  }
  return (
    <section class="card whole">
      <h2>Settings</h2>
      <form class="settings" onSubmit={apply}>
        <LimitField label="Most down, MB/s" field={down} limit={swarm.downloadLimit} />
        <LimitField label="Most up, MB/s" field={up} limit={swarm.uploadLimit} />
        <button type="submit">Set limits</button>
        <label class="check">
          <input
            type="checkbox"
            checked={swarm.sequential}
            onChange={({ currentTarget }) =>
              void attempt('Not changed', () => changeSwarm(swarm.infoHash, { sequential: currentTarget.checked }))
            }
          />{' '}
          Pieces from the first to the last
        </label>
      </form>
    </section>
  )
}

interface LimitFieldProps {
  readonly label: string
  readonly field: { current: HTMLInputElement | null }
  readonly limit: number | null
}

function LimitField({ label, field, limit }: LimitFieldProps): VNode {
  useEffect(() => {
    // Not while somebody writes into it.
    if (field.current === null || field.current === document.activeElement) return
    field.current.value = limit === null ? '' : String(limit / MEGA)
  }, [limit])
  return (
    <label class="field">
      {label}
      <input ref={field} type="number" min="0.01" step="any" placeholder="no limit" />
    </label>
  )
}

function limitIn(field: HTMLInputElement | null): number | null {
  const megabytes = field?.valueAsNumber ?? Number.NaN
  return Number.isFinite(megabytes) && megabytes > 0 ? Math.round(megabytes * MEGA) : null
}
