import { useSignalEffect } from '@preact/signals'
import type { VNode } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { connection } from '../state/connection.ts'
import { route } from '../state/route.ts'
import { order, swarmOf } from '../state/swarms.ts'
import { visibleText } from '../words/visible-text.ts'
import { WordDialog } from './add-by-word.tsx'
import { DropZone } from './add-torrent.tsx'
import { Header } from './header.tsx'
import { LabPage } from './lab-page.tsx'
import { Notices } from './notices.tsx'
import { Player } from './player.tsx'
import { RemoveDialog } from './remove-dialog.tsx'
import { ShareDialog } from './share-magnet.tsx'
import { SwarmDetail } from './swarm-detail.tsx'
import { SwarmList } from './swarm-list.tsx'
import { TokenDialog } from './token-dialog.tsx'

export function Page(): VNode {
  const main = useRef<HTMLElement>(null)
  useSignalEffect(() => {
    const at = route.value
    // Read, so that the title is set when the swarm comes: the page may be opened at it.
    void order.value
    const name = at.page === 'swarm' ? swarmOf(at.infoHash)?.value.name : undefined
    const title = at.page === 'lab' ? 'Lab' : name === undefined ? null : visibleText(name)
    document.title = title === null ? 'swarmd' : `${title} – swarmd`
  })
  useLeadFocus(main)
  return (
    <>
      <a class="skip" href="#main" onClick={(event) => skip(event, main.current)}>
        Skip to the content
      </a>
      <Header />
      <Away />
      <main id="main" ref={main} tabIndex={-1}>
        <Shown />
      </main>
      <DropZone />
      <WordDialog />
      <ShareDialog />
      <RemoveDialog />
      <Player />
      <TokenDialog />
      <Notices />
    </>
  )
}

function Shown(): VNode {
  const at = route.value
  switch (at.page) {
    case 'swarms':
      return <SwarmList />
    case 'swarm':
      return <SwarmDetail key={at.infoHash} infoHash={at.infoHash} tab={at.tab} />
    case 'lab':
      return <LabPage />
  }
}

/** The address after # says where we are, so the link may not change it. */
function skip(event: Event, main: HTMLElement | null): void {
  event.preventDefault()
  main?.focus()
}

/** Who opens another swarm by the keyboard starts at its top. */
function useLeadFocus(main: { readonly current: HTMLElement | null }): void {
  const at = route.value
  const place = at.page === 'swarm' ? at.infoHash : at.page
  const before = useRef(place)
  useEffect(() => {
    if (before.current !== place) main.current?.focus({ preventScroll: true })
    before.current = place
  }, [place])
}

function Away(): VNode | null {
  if (connection.value !== 'away') return null
  return (
    <p class="away" role="alert">
      The service does not answer. What you see is as it was; it is asked again every second.
    </p>
  )
}
