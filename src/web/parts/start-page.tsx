import { render } from 'preact'
import { keepFresh } from '../state/polling.ts'
import { followAddress } from '../state/route.ts'
import { applyTheme } from '../state/theme.ts'
import { Page } from './page.tsx'

export function startPage(): void {
  const root = document.getElementById('page')
  if (root === null) throw new Error('bug: the page has no root')
  applyTheme()
  followAddress()
  render(<Page />, root)
  keepFresh()
}
