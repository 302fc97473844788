import { effect, signal } from '@preact/signals'

const KEY = 'swarmd-theme'
export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

export const theme = signal<Theme>(themes.find((known) => known === localStorage.getItem(KEY)) ?? 'system')

/** Bumped when colours are others than before: what is drawn on a canvas has to be drawn anew. */
export const colours = signal(0)

export function applyTheme(): void {
  const system = matchMedia('(prefers-color-scheme: dark)')
  const isSystemDark = signal(system.matches)
  system.addEventListener('change', () => {
    isSystemDark.value = system.matches
  })
  effect(() => {
    const ofSystem = isSystemDark.value ? 'dark' : 'light'
    document.documentElement.dataset['theme'] = theme.value === 'system' ? ofSystem : theme.value
    localStorage.setItem(KEY, theme.value)
    colours.value = colours.peek() + 1
  })
}

/** A colour of the style sheet, for a canvas. */
export const colourOf = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()
