import { ProtocolError } from '../protocol-error.ts'
import { percentDecode } from './percent-encoding.ts'

/** Characters of a query that are looked at. */
export const MAX_QUERY_LENGTH = 8 * 1024

const HASH_LENGTH = 20
const PERCENT = 0x25

/** Bytes on their way to hex digits. */
const scratch = Buffer.alloc(HASH_LENGTH)

/**
 * Goes through the parameters of a query in their order, as they came: escapes not resolved, a character for each byte. Only
 * what is asked for is decoded. A parameter without `=` has an empty value.
 */
export class QueryWalk {
  /** Of the parameter that is stood at. */
  name = ''
  readonly #query: string
  #valueStart = 0
  #end = -1

  /** @throws ProtocolError `invalid-announce`: too long. */
  constructor(rawQuery: string) {
    if (rawQuery.length > MAX_QUERY_LENGTH) throw invalid(`the query is longer than ${MAX_QUERY_LENGTH} bytes`)
    this.#query = rawQuery
  }

  /** Steps to the next parameter. @returns false behind the last. */
  next(): boolean {
    const query = this.#query
    const start = this.#end + 1
    if (start > query.length) return false
    const and = query.indexOf('&', start)
    this.#end = and < 0 ? query.length : and
    const equals = query.indexOf('=', start)
    const nameEnd = equals < 0 || equals > this.#end ? this.#end : equals
    this.#valueStart = Math.min(nameEnd + 1, this.#end)
    this.name = query.slice(start, nameEnd)
    return true
  }

  /** The value with a character for each byte. @throws ProtocolError `invalid-percent-encoding` */
  text(): string {
    const value = this.#query.slice(this.#valueStart, this.#end)
    return isPlain(value) ? value : percentDecode(value).toString('latin1')
  }

  /**
   * The value as 40 hex digits.
   * @throws ProtocolError `invalid-announce`: not 20 bytes; `invalid-percent-encoding`.
   */
  twentyBytes(): string {
    const query = this.#query
    let length = 0
    for (let at = this.#valueStart; at < this.#end; at++) {
      let code = query.charCodeAt(at)
      if (code === PERCENT) {
        const high = at + 2 < this.#end ? hexDigit(query.charCodeAt(at + 1)) : -1
        const low = high < 0 ? -1 : hexDigit(query.charCodeAt(at + 2))
        // What is wrong with it is said by the one decoder.
        if (low < 0) return this.#wrong()
        code = high * 16 + low
        at += 2
      } else if (code > 0xff) return this.#wrong()
      if (length < HASH_LENGTH) scratch[length] = code
      length++
    }
    if (length !== HASH_LENGTH) throw invalid(`${this.name} has ${length} bytes, not ${HASH_LENGTH}`)
    return scratch.toString('hex')
  }

  #wrong(): never {
    percentDecode(this.#query.slice(this.#valueStart, this.#end))
    throw invalid(`${this.name} can't be read`)
  }
}

/** @throws ProtocolError `invalid-announce` */
export function missing(name: string): never {
  throw invalid(`${name} is missing`)
}

function isPlain(value: string): boolean {
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at)
    if (code === PERCENT || code > 0xff) return false
  }
  return true
}

/** -1: none. */
function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const lower = code | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}

function invalid(message: string): ProtocolError {
  return new ProtocolError('invalid-announce', message)
}
