/** The bytes that a request wants: from `from` to before `to`. */
export interface ByteRange {
  readonly from: number
  readonly to: number
}

/**
 * What a Range header asks of so many bytes (RFC 9110 §14). `all` when there is none, or one that need not be obeyed:
 * of another unit, of several parts, or not well formed.
 */
export function parseRange(header: string | undefined, length: number): ByteRange | 'all' | 'unsatisfiable' {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? []
  if (first === '' && last === '') return 'all'
  if (first === '') {
    const suffix = Math.min(Number(last), length)
    return suffix === 0 ? 'unsatisfiable' : { from: length - suffix, to: length }
  }
  const from = Number(first)
  if (last !== '' && Number(last) < from) return 'all'
  if (from >= length) return 'unsatisfiable'
  return { from, to: last === '' ? length : Math.min(length, Number(last) + 1) }
}
