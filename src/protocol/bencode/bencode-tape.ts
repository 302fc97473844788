/** A scanned bencoded value as a flat list of tokens: what it holds can be looked up without building it. */

export type BencodeKind = 'integer' | 'string' | 'list' | 'dictionary'

/** Number of a token on its tape. Token 0 is the whole value. */
export type BencodeToken = number

export const INTEGER = 0x69 // i
export const LIST = 0x6c // l
export const DICTIONARY = 0x64 // d
export const END = 0x65 // e
export const COLON = 0x3a // :

/**
 * The tape keeps two numbers for each token: the byte it starts at, and the token that follows it and all it holds.
 * So a torrent with a million tokens costs 8 MB, and not a million objects. The `e` of a list or dictionary is a token
 * too. Tokens have no gaps between them: each ends where the next one starts.
 *
 * Only `scanBencode` makes tapes, so whoever reads one knows that its bytes are well-formed. Byte strings are handed
 * out as views of those bytes.
 */
export class BencodeTape {
  readonly bytes: Buffer
  /** How many tokens there are, ends included. */
  readonly count: number
  readonly #starts: Uint32Array
  readonly #nexts: Uint32Array

  /** `starts` has `count + 1` entries: the last is where the value ends. */
  constructor(bytes: Buffer, starts: Uint32Array, nexts: Uint32Array, count: number) {
    this.bytes = bytes
    this.count = count
    this.#starts = starts
    this.#nexts = nexts
  }

  /** The byte after the value. What follows there, if anything, was not looked at. */
  get end(): number {
    return this.#starts[this.count]!
  }

  /** Is this token the `e` that closes a list or dictionary? */
  isEnd(token: BencodeToken): boolean {
    return this.#first(token) === END
  }

  kind(token: BencodeToken): BencodeKind {
    switch (this.#first(token)) {
      case INTEGER:
        return 'integer'
      case LIST:
        return 'list'
      case DICTIONARY:
        return 'dictionary'
      default:
        return 'string'
    }
  }

  /** The bytes this token is written in, prefixes and ends included. An info hash is the SHA-1 of such a span. */
  raw(token: BencodeToken): Buffer {
    return this.bytes.subarray(this.#starts[token], this.#starts[this.#nexts[token]!])
  }

  /** A number, or a bigint where a number would round. */
  integer(token: BencodeToken): number | bigint {
    const digits = this.bytes.toString('latin1', this.#starts[token]! + 1, this.#starts[token + 1]! - 1)
    const value = Number(digits)
    return Number.isSafeInteger(value) ? value : BigInt(digits)
  }

  string(token: BencodeToken): Buffer {
    return this.bytes.subarray(this.#payload(token), this.#starts[token + 1])
  }

  /** A byte string with a character for each byte: the form in which dictionary keys are compared. */
  latin1(token: BencodeToken): string {
    return this.bytes.toString('latin1', this.#payload(token), this.#starts[token + 1])
  }

  /** What a list holds, in order. */
  *items(list: BencodeToken): Generator<BencodeToken> {
    for (let item = list + 1; !this.isEnd(item); item = this.#nexts[item]!) yield item
  }

  /** The value under this (ASCII) key if it is there and of this kind. */
  field(dictionary: BencodeToken, key: string, kind: BencodeKind): BencodeToken | undefined {
    const value = this.find(dictionary, key)
    return value !== undefined && this.kind(value) === kind ? value : undefined
  }

  /** The value under this (ASCII) key, whatever it is. */
  find(dictionary: BencodeToken, key: string): BencodeToken | undefined {
    // Lengths have one spelling only, so that equal keys are equal bytes, length prefix and all.
    const written = `${key.length}:${key}`
    for (let at = dictionary + 1; !this.isEnd(at); at = this.#nexts[at + 1]!) {
      if (this.#isWritten(at, written)) return at + 1
    }
    return undefined
  }

  #first(token: BencodeToken): number {
    return this.bytes[this.#starts[token]!]!
  }

  #payload(token: BencodeToken): number {
    let at = this.#starts[token]!
    while (this.bytes[at] !== COLON) at++
    return at + 1
  }

  #isWritten(token: BencodeToken, text: string): boolean {
    const start = this.#starts[token]!
    if (this.#starts[token + 1]! - start !== text.length) return false
    for (let i = 0; i < text.length; i++) {
      if (this.bytes[start + i] !== text.charCodeAt(i)) return false
    }
    return true
  }
}
