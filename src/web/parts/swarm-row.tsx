import type { VNode } from 'preact'
import { swarmHref } from '../state/route.ts'
import { swarmOf } from '../state/swarms.ts'
import { percentText, rateText, sizeText } from '../words/quantities.ts'
import { visibleText } from '../words/visible-text.ts'
import { ProgressBar } from './progress-bar.tsx'
import { StateBadge } from './state-badge.tsx'
import { SwarmActions } from './swarm-actions.tsx'
import { TimeLeft } from './time-left.tsx'

export function SwarmRow({ infoHash }: { readonly infoHash: string }): VNode | null {
  const swarm = swarmOf(infoHash)?.value
  if (swarm === undefined) return null
  const name = visibleText(swarm.name)
  return (
    <tr>
      <th scope="row">
        <a href={swarmHref(infoHash)}>{name}</a>
        <span class="reason">{visibleText(swarm.stateReason)}</span>
      </th>
      <td>
        <StateBadge state={swarm.state} />
      </td>
      <td class="progress">
        <ProgressBar part={swarm.progress} label={`Progress of ${name}`} kind={swarm.state} />
        <span class="below">
          <span>{percentText(swarm.progress)}</span>
          <span>{sizeText(swarm.length)}</span>
        </span>
      </td>
      <td class="number down" data-label="Down">
        {moving(swarm.downloadRate)}
      </td>
      <td class="number up" data-label="Up">
        {moving(swarm.uploadRate)}
      </td>
      <td class="number" data-label="Left">
        <TimeLeft infoHash={infoHash} />
      </td>
      <td class="number" data-label="Peers">
        {swarm.peers.connected}
      </td>
      <td class="actions wide">
        <SwarmActions swarm={swarm} />
      </td>
    </tr>
  )
}

const moving = (rate: number): string => (rate > 0 ? rateText(rate) : '–')
