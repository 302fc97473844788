import { signal, useSignal } from '@preact/signals'
import type { VNode } from 'preact'
import { useEffect } from 'preact/hooks'
import { connection } from '../state/connection.ts'
import { loaded, order, swarmOf } from '../state/swarms.ts'
import { counted } from '../words/quantities.ts'
import { AddButton } from './add-torrent.tsx'
import { SwarmRow } from './swarm-row.tsx'

const filter = signal('')

export function SwarmList(): VNode {
  const all = order.value
  const wanted = filter.value.trim().toLowerCase()
  const shown =
    wanted === ''
      ? all
      : all.filter((infoHash) => {
          return infoHash.startsWith(wanted) || swarmOf(infoHash)?.peek().name.toLowerCase().includes(wanted) === true
        })
  return (
    <>
      <div class="toolbar">
        <h1>{all.length === 0 ? 'Swarms' : counted(all.length, 'swarm')}</h1>
        <input
          type="search"
          placeholder="Filter by name or info hash"
          aria-label="Filter by name or info hash"
          value={filter.value}
          onInput={(event) => {
            filter.value = event.currentTarget.value
          }}
        />
      </div>
      {shown.length > 0 ? <Table hashes={shown} /> : <Nothing isFiltered={all.length > 0} />}
    </>
  )
}

/** So many more rows are drawn with each frame: a thousand at once would hold up what the user does meanwhile. */
const ROWS_A_FRAME = 100

/** With more rows than this their bars jump: each that glides is a layer of its own, in sight or not. */
const MANY_ROWS = 100

/** The first rows at once, the others in the next frames. */
function useRows(count: number): number {
  const drawn = useSignal(ROWS_A_FRAME)
  const isBehind = drawn.value < count
  useEffect(() => {
    if (!isBehind) return
    const frame = requestAnimationFrame(() => {
      drawn.value += ROWS_A_FRAME
    })
    return () => cancelAnimationFrame(frame)
  }, [drawn.value, isBehind])
  return drawn.value
}

function Table({ hashes }: { readonly hashes: readonly string[] }): VNode {
  const drawn = useRows(hashes.length)
  return (
    <div class="card scroll">
      <table class={`swarms stacks ${hashes.length > MANY_ROWS ? 'many' : ''}`}>
        <colgroup>
          <col />
          {['state', 'progress', 'rate', 'rate', 'left', 'peers', 'actions'].map((column, at) => (
            <col key={at} class={`col-${column}`} />
          ))}
        </colgroup>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">State</th>
            <th scope="col">Progress</th>
            <th scope="col" class="number">
              Down
            </th>
            <th scope="col" class="number">
              Up
            </th>
            <th scope="col" class="number">
              Left
            </th>
            <th scope="col" class="number">
              Peers
            </th>
            <th scope="col">
              <span class="unseen">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {hashes.slice(0, drawn).map((infoHash) => (
            <SwarmRow key={infoHash} infoHash={infoHash} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Nothing({ isFiltered }: { readonly isFiltered: boolean }): VNode {
  if (isFiltered) return <p class="empty">No swarm has that in its name.</p>
  if (connection.value === 'locked') return <p class="empty">This service wants an access token.</p>
  if (!loaded.value) return <p class="empty">Asking the service …</p>
  return (
    <div class="empty">
      <p>
        <strong>No swarms yet.</strong>
      </p>
      <p>Drop a .torrent anywhere on this page, or</p>
      <AddButton />
    </div>
  )
}
