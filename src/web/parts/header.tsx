import type { VNode } from 'preact'
import { connection } from '../state/connection.ts'
import { labHref, route, swarmsHref } from '../state/route.ts'
import { type Theme, theme, themes } from '../state/theme.ts'
import { totals } from '../state/swarms.ts'
import { rateText } from '../words/quantities.ts'
import { WordButton } from './add-by-word.tsx'
import { AddButton } from './add-torrent.tsx'
import { TokenButton } from './token-dialog.tsx'

export function Header(): VNode {
  return (
    <header class="top">
      <a class="brand" href={swarmsHref}>
        <img src="page/icon.svg" alt="" width="28" height="28" />
        swarmd
      </a>
      <nav aria-label="Pages">
        <PageLink href={swarmsHref} text="Swarms" isHere={route.value.page !== 'lab'} />
        <PageLink href={labHref} text="Lab" isHere={route.value.page === 'lab'} />
      </nav>
      <Connection />
      <dl class="totals">
        <div>
          <dt>Down</dt>
          <dd class="down">{rateText(totals.value.down)}</dd>
        </div>
        <div>
          <dt>Up</dt>
          <dd class="up">{rateText(totals.value.up)}</dd>
        </div>
      </dl>
      <AddButton />
      <WordButton />
      <ThemeChoice />
      <TokenButton />
    </header>
  )
}

interface PageLinkProps {
  readonly href: string
  readonly text: string
  readonly isHere: boolean
}

function PageLink({ href, text, isHere }: PageLinkProps): VNode {
  return (
    <a href={href} {...(isHere ? { 'aria-current': 'page' as const } : {})}>
      {text}
    </a>
  )
}

const words = { starting: 'Connecting', live: 'Live', away: 'No answer', locked: 'Locked' } as const

function Connection(): VNode {
  const state = connection.value
  return (
    <span class={`connection ${state}`} role="status">
      {words[state]}
    </span>
  )
}

const themeWords: Record<Theme, string> = { system: 'Auto', light: 'Light', dark: 'Dark' }

function ThemeChoice(): VNode {
  return (
    <label class="choice">
      <span class="unseen">Colours</span>
      <select
        value={theme.value}
        onChange={(event) => {
          theme.value = themes.find((known) => known === event.currentTarget.value) ?? 'system'
        }}
      >
        {themes.map((each) => (
          <option key={each} value={each}>
            {themeWords[each]}
          </option>
        ))}
      </select>
    </label>
  )
}
