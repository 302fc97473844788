/** Characters that steer a terminal, turn the reading direction or can't be seen: escape sequences start with one. */
const STEERING = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/**
 * Text of others (names in torrents, what clients call themselves) as it may be written to a terminal: whatever would
 * steer it is shown as `\u{1b}`, so that nothing is hidden and nothing happens.
 */
export function printable(text: string): string {
  return text.replaceAll(STEERING, (found) => `\\u{${(found.codePointAt(0) ?? 0).toString(16)}}`)
}

/** JSON for a pipe or a terminal: the same characters as the escapes that JSON has for them. */
export function printableJson(value: unknown, indent = 0): string {
  return escapeSteering(JSON.stringify(value, null, indent))
}

/** @param json JSON, with an end of line wherever JSON may have one */
export function escapeSteering(json: string): string {
  const escape = (found: string): string => (found === '\n' ? found : Array.from(found.split(''), unit).join(''))
  return json.replaceAll(STEERING, escape)
}

const unit = (half: string): string => `\\u${half.charCodeAt(0).toString(16).padStart(4, '0')}`
