import { signal } from '@preact/signals'

/** So many rows are drawn at a time: each has a bar and a choice, and all of them are asked for each second. */
export const FILES_A_PAGE = 500

/** The cursors of the pages up to the one that is shown; '' is that of the first. */
export const fileCursors = signal<readonly string[]>([''])
/** Of the page after it; null: there is none; undefined: not known yet. */
export const nextFileCursor = signal<string | null | undefined>(undefined)

export function showNextFiles(): void {
  const next = nextFileCursor.value
  if (typeof next === 'string') show([...fileCursors.value, next])
}

export function showPreviousFiles(): void {
  if (fileCursors.value.length > 1) show(fileCursors.value.slice(0, -1))
}

export function showFirstFiles(): void {
  show([''])
}

function show(cursors: readonly string[]): void {
  nextFileCursor.value = undefined
  fileCursors.value = cursors
}
