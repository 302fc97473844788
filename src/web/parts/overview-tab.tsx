import { signal } from '@preact/signals'
import type { VNode } from 'preact'
import type { Swarm } from '../api/client.ts'
import { peerRates, pieces } from '../state/detail.ts'
import { historyOf, sampled } from '../state/swarms.ts'
import { PieceMapView } from './piece-map.tsx'
import { RatePlot } from './rate-plot.tsx'
import { SettingsCard } from './settings-card.tsx'

const MOST_PEERS = 6
/** Which direction the stack of peers shows. */
const direction = signal<'down' | 'up'>('down')

export function OverviewTab({ swarm }: { readonly swarm: Swarm }): VNode {
  void sampled.value
  const history = historyOf(swarm.infoHash)
  const map = pieces.value
  const stack = peerRates.value.stack(direction.value, MOST_PEERS)
  return (
    <div class="overview">
      <section class="card">
        <h2>Rates</h2>
        <RatePlot
          label="Rates of this swarm"
          times={history.times}
          rows={[
            { name: 'Down', rates: history.down, colour: 'down' },
            { name: 'Up', rates: history.up, colour: 'up' },
          ]}
        />
      </section>
      <section class="card">
        <div class="heading">
          <h2>By peer</h2>
          <label class="choice">
            <span class="unseen">Direction</span>
            <select
              value={direction.value}
              onChange={(event) => {
                direction.value = event.currentTarget.value === 'up' ? 'up' : 'down'
              }}
            >
              <option value="down">Down</option>
              <option value="up">Up</option>
            </select>
          </label>
        </div>
        <RatePlot
          label={`Rates of the peers, one on top of the other, ${direction.value}`}
          times={peerRates.value.times}
          rows={stack.map(({ name, sums }, at) => ({ name, rates: sums, colour: `peer-${at}` }))}
          stacked
        />
      </section>
      <section class="card whole">
        <h2>Pieces</h2>
        {swarm.length === 0 ? (
          <p class="muted">Not known before the metadata is here.</p>
        ) : map === null ? (
          <p class="muted">Asking the service …</p>
        ) : (
          <PieceMapView map={map} />
        )}
      </section>
      <SettingsCard swarm={swarm} />
    </div>
  )
}
