const COLOURS = { green: 32, yellow: 33, red: 31, cyan: 36, magenta: 35, dim: 2, bold: 1 } as const

export type Colour = keyof typeof COLOURS

/** The text in a colour, when colours are wanted. */
export function paint(text: string, colour: Colour, wanted: boolean): string {
  return wanted ? `\u001b[${COLOURS[colour]}m${text}\u001b[0m` : text
}

/**
 * NO_COLOR, when it holds anything, wins over everything (no-color.org); FORCE_COLOR over what the stream is.
 */
export function wantsColour(env: Readonly<Record<string, string | undefined>>, isTerminal: boolean): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false
  const forced = env['FORCE_COLOR']
  if (forced !== undefined && forced !== '') return forced !== '0'
  return isTerminal && env['TERM'] !== 'dumb'
}

/** Says the locale that texts are UTF-8? */
export function speaksUnicode(env: Readonly<Record<string, string | undefined>>): boolean {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((name) => name !== undefined && name !== '')
  // Where nothing is said at all (services, containers), terminals are UTF-8 nowadays; `C` and `POSIX` say ASCII.
  return locale === undefined || /utf-?8/i.test(locale)
}
