import type { VNode } from 'preact'
import type { Swarm } from '../api/client.ts'
import { swarmHref, swarmsHref, type Tab, tabs } from '../state/route.ts'
import { loaded, order, swarmOf } from '../state/swarms.ts'
import { bytesText, percentText, rateText, sizeText } from '../words/quantities.ts'
import { visibleText } from '../words/visible-text.ts'
import { ChokerTab } from './choker-tab.tsx'
import { FilesTab } from './files-tab.tsx'
import { LogTab } from './log-tab.tsx'
import { OverviewTab } from './overview-tab.tsx'
import { PeersTab } from './peers-tab.tsx'
import { ProgressBar } from './progress-bar.tsx'
import { StateBadge } from './state-badge.tsx'
import { ShareButton } from './share-magnet.tsx'
import { RecheckButton, SwarmActions } from './swarm-actions.tsx'
import { TimeLeft } from './time-left.tsx'
import { TrackersTab } from './trackers-tab.tsx'

export function SwarmDetail({ infoHash, tab }: { readonly infoHash: string; readonly tab: Tab }): VNode {
  // Read, so that it is drawn anew when the swarm comes.
  const isKnown = order.value.includes(infoHash)
  const swarm = swarmOf(infoHash)?.value
  if (!isKnown || swarm === undefined) {
    return (
      <div class="empty">
        <p>{loaded.value ? 'There is no such swarm any more.' : 'Asking the service …'}</p>
        <p>
          <a href={swarmsHref}>All swarms</a>
        </p>
      </div>
    )
  }
  return (
    <>
      <Summary swarm={swarm} />
      <Tabs infoHash={infoHash} tab={tab} />
      <section id="tab-panel" role="tabpanel" aria-labelledby={`tab-${tab}`} tabIndex={0}>
        <Panel swarm={swarm} tab={tab} />
      </section>
    </>
  )
}

function Panel({ swarm, tab }: { readonly swarm: Swarm; readonly tab: Tab }): VNode {
  switch (tab) {
    case 'overview':
      return <OverviewTab swarm={swarm} />
    case 'peers':
      return <PeersTab />
    case 'choker':
      return <ChokerTab />
    case 'trackers':
      return <TrackersTab swarm={swarm} />
    case 'files':
      return <FilesTab swarm={swarm} />
    case 'log':
      return <LogTab infoHash={swarm.infoHash} />
  }
}

function Summary({ swarm }: { readonly swarm: Swarm }): VNode {
  const name = visibleText(swarm.name)
  const facts: readonly (readonly [string, string | VNode, string?])[] = [
    ['Down', rateText(swarm.downloadRate), 'down'],
    ['Up', rateText(swarm.uploadRate), 'up'],
    ['Left', <TimeLeft key="left" infoHash={swarm.infoHash} />],
    ['Got', bytesText(swarm.downloaded)],
    ['Given', bytesText(swarm.uploaded)],
    ['Peers', `${swarm.peers.connected} of ${swarm.peers.known}`],
    ['Pieces', `${swarm.pieces.have} / ${swarm.pieces.total}`],
  ]
  return (
    <div class="card summary">
      <p class="path">
        <a href={swarmsHref}>Swarms</a> / <code>{swarm.infoHash}</code>
      </p>
      <div class="title">
        <h1>{name}</h1>
        <StateBadge state={swarm.state} />
        <span class="actions">
          <ShareButton swarm={swarm} />
          <RecheckButton swarm={swarm} />
          <SwarmActions swarm={swarm} />
        </span>
      </div>
      <p class="reason">
        {visibleText(swarm.stateReason)} <span class="muted">({swarm.status})</span>
      </p>
      <div class="wide-bar">
        <ProgressBar part={swarm.progress} label={`Progress of ${name}`} kind={swarm.state} />
        <strong>{percentText(swarm.progress)}</strong>
        <span class="muted">{sizeText(swarm.length)}</span>
      </div>
      <dl class="facts">
        {facts.map(([what, text, kind]) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd class={kind ?? ''}>{text}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

const tabWords: Record<Tab, string> = {
  overview: 'Overview',
  peers: 'Peers',
  choker: 'Choker',
  trackers: 'Trackers',
  files: 'Files',
  log: 'Log',
}

/** One stop for the tab key; the arrows go on from there. */
function Tabs({ infoHash, tab }: { readonly infoHash: string; readonly tab: Tab }): VNode {
  const move = (event: KeyboardEvent): void => {
    const at = tabs.indexOf(tab)
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key]
    if (to === undefined) return
    event.preventDefault()
    const next = tabs[(to + tabs.length) % tabs.length] ?? tab
    location.hash = swarmHref(infoHash, next)
    document.getElementById(`tab-${next}`)?.focus()
  }
  return (
    <div class="tabs" role="tablist" aria-label="About this swarm" onKeyDown={move}>
      {tabs.map((each) => (
        <a
          key={each}
          id={`tab-${each}`}
          role="tab"
          href={swarmHref(infoHash, each)}
          aria-selected={each === tab}
          aria-controls="tab-panel"
          tabIndex={each === tab ? 0 : -1}
        >
          {tabWords[each]}
        </a>
      ))}
    </div>
  )
}
