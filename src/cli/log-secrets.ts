/** What must not stand in a log that others may read: the passkeys of trackers, tokens of the API. */
const SECRET_FIELD = /token|secret|passkey|password|authorization/i
const MASK = '***'

/** A copy with the secrets masked, at any depth; as JSON has it, with what JSON can't say by itself. */
export function withoutSecrets(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      SECRET_FIELD.test(name) && typeof value === 'string' && !value.startsWith('/') ? MASK : cleaned(value),
    ]),
  )
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return withoutSecretsInText(value)
  if (typeof value === 'bigint') return Number(value)
  if (Array.isArray(value)) return value.map(cleaned)
  if (value instanceof Error) return withoutSecretsInText(value.stack ?? value.message)
  if (value instanceof Date) return value.toJSON()
  if (typeof value === 'object' && value !== null) return withoutSecrets(value as Record<string, unknown>)
  return value
}

/**
 * The same text, each secret in it masked. In the address of a tracker any part of the path, and any value, that is as long as
 * a passkey is taken for one.
 */
export function withoutSecretsInText(text: string): string {
  return text
    .replace(/swarmd_[A-Za-z0-9_-]{20,}/g, `swarmd_${MASK}`)
    .replace(/(\bBearer\s+)\S+/gi, `$1${MASK}`)
    .replace(/([?&](?:passkey|key|authkey|torrent_pass|token|auth|secret|uid|pid)=)[^&\s"]+/gi, `$1${MASK}`)
    .replace(/((?<![a-z])[a-z]+:\/\/)[^/\s@"]+@/gi, `$1${MASK}@`)
    .replace(ADDRESS, (address) => address.replace(LONG_PART, `$<before>${MASK}`))
}

/** Not file://, which error messages have. */
const ADDRESS = /\b(?!file:)[a-z][a-z0-9+.-]*:\/\/[^\s"]+/gi
/** Of the path, or the value of a parameter. */
const LONG_PART = /(?<before>(?<![:/])\/)[^/?&#]{16,}|(?<before>[?&][^=&#]*=)[^&#]{16,}/g
