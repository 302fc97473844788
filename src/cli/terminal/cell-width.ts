/** Blocks whose characters take two cells (Unicode East Asian Width W and F), beside emoji. */
const WIDE: readonly (readonly [first: number, last: number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18df2],
  [0x1aff0, 0x1b2ff],
  [0x1d300, 0x1d376],
  [0x1f200, 0x1f320],
  [0x20000, 0x3fffd],
]
const EMOJI = /\p{Emoji_Presentation}/u
const NO_CELL = /[\p{Mn}\p{Me}]/u
/** Makes an emoji of the character before it. */
const EMOJI_SELECTOR = 0xfe0f

/**
 * Cells that a text of printable characters takes in a terminal. Where terminals differ (emoji of several parts), the
 * larger number: a line that comes out short does no harm, one that wraps does.
 */
export function cellWidth(text: string): number {
  let cells = 0
  for (const character of text) cells += characterWidth(character)
  return cells
}

function characterWidth(character: string): number {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x300) return 1
  if (code === EMOJI_SELECTOR) return 1
  if (NO_CELL.test(character)) return 0
  if (EMOJI.test(character) || WIDE.some(([first, last]) => code >= first && code <= last)) return 2
  return 1
}

/** The text in exactly so many cells: cut with `…`, or filled with spaces. */
export function fit(text: string, cells: number): string {
  const cut = shorten(text, cells)
  return cut + ' '.repeat(cells - cellWidth(cut))
}

/** As much of the text as goes into so many cells, with `…` where something is missing. */
export function shorten(text: string, cells: number): string {
  if (cellWidth(text) <= cells) return text
  if (cells < 1) return ''
  let kept = ''
  let used = 1
  for (const character of text) {
    used += characterWidth(character)
    if (used > cells) break
    kept += character
  }
  return `${kept}…`
}
