import { signal } from '@preact/signals'
import type { VNode } from 'preact'
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

function Table({ hashes }: { readonly hashes: readonly string[] }): VNode {
  return (
    <div class="card scroll">
      <table class="swarms">
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
          {hashes.map((infoHash) => (
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
