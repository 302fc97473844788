import type { VNode } from 'preact'
import type { Peer } from '../api/client.ts'
import { peers } from '../state/detail.ts'
import { bytesText, counted, rateText } from '../words/quantities.ts'
import { visibleText } from '../words/visible-text.ts'
import { ProgressBar } from './progress-bar.tsx'

export function PeersTab(): VNode {
  const all = peers.value
  if (all.length === 0) return <p class="empty">No peers are connected.</p>
  return (
    <div class="card scroll">
      <table class="peers stacks">
        <caption class="unseen">{counted(all.length, 'connected peer')}</caption>
        <thead>
          <tr>
            <th scope="col">Peer</th>
            <th scope="col">Has</th>
            <th scope="col" class="number">
              Down
            </th>
            <th scope="col" class="number">
              Up
            </th>
            <th scope="col">We give</th>
            <th scope="col">We get</th>
          </tr>
        </thead>
        <tbody>
          {all.map((peer) => (
            <PeerRow key={`${peer.address} ${peer.localAddress}`} peer={peer} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function PeerRow({ peer }: { readonly peer: Peer }): VNode {
  return (
    <tr>
      <th scope="row">
        <span class="address">{peer.address}</span>
        <span class="reason">
          {visibleText(peer.client) || 'unknown client'}, {peer.direction}
        </span>
      </th>
      <td class="progress">
        <ProgressBar part={peer.progress} label={`What ${peer.address} has`} />
      </td>
      <td class="number" data-label="Down">
        <span class="down">{rateText(peer.downloadRate)}</span>
        <span class="reason">{bytesText(peer.downloaded)}</span>
      </td>
      <td class="number" data-label="Up">
        <span class="up">{rateText(peer.uploadRate)}</span>
        <span class="reason">{bytesText(peer.uploaded)}</span>
      </td>
      <td data-label="We give">
        <span class={`badge ${peer.slot ?? 'choked'}`}>{peer.slot ?? 'choked'}</span>
        <span class="reason">{visibleText(peer.chokeReason)}</span>
      </td>
      <td data-label="We get">
        <span class={`badge ${getsBadge(peer)}`}>{getsBadge(peer)}</span>
        <span class="reason">{visibleText(peer.downloadReason)}</span>
      </td>
    </tr>
  )
}

function getsBadge({ amInterested, downloadCode, snubbed, peerChoking, requestsInFlight }: Peer): string {
  if (!amInterested) return downloadCode === 'spare' ? 'spare' : 'nothing to get'
  if (snubbed) return 'snubbed'
  if (peerChoking) return 'chokes us'
  return requestsInFlight > 0 ? 'sending' : 'open'
}
