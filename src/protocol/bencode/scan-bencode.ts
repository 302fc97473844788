/** The guard: every bencoded byte that others wrote passes here before anything else looks at it. */

import { ProtocolError } from '../protocol-error.ts'
import { BencodeTape, COLON, DICTIONARY, END, INTEGER, LIST, type BencodeToken } from './bencode-tape.ts'

export interface BencodeLimits {
  /** Lists and dictionaries open at the same time; default 100. */
  readonly maxDepth?: number
  /** Integers, strings, keys, and both ends of each list and dictionary; default 3,000,000. */
  readonly maxTokens?: number
}

export interface ScanOptions extends BencodeLimits {
  /** Take dictionaries whose keys are out of order. BEP 3 forbids them, yet torrents in the wild have them. */
  readonly allowUnsortedKeys?: boolean
  /** Take bytes after the value. The tape's `end` tells where they start. */
  readonly allowTrailingBytes?: boolean
}

/** A string that says it is longer than this is refused even if its bytes were there. */
export const MAX_STRING_LENGTH = 64 * 1024 * 1024

const MINUS = 0x2d
const ZERO = 0x30
const NO_BYTE = -1
const MIN_INT64 = -(2n ** 63n)
const MAX_INT64 = 2n ** 63n - 1n
const MAX_INT64_DIGITS = 19

/** A list or dictionary whose end has not come yet. */
interface OpenContainer {
  readonly token: BencodeToken
  readonly isDictionary: boolean
  expectsKey: boolean
  /** Where the bytes of the last key are; -1 before the first key. */
  keyStart: number
  keyEnd: number
  isSorted: boolean
}

const isDigit = (byte: number): boolean => byte >= ZERO && byte <= ZERO + 9

/** Goes over the bytes once, from left to right, at least one byte a step; open containers are on a list of its own. */
class Scanner {
  readonly #bytes: Buffer
  readonly #options: ScanOptions
  readonly #maxDepth: number
  readonly #maxTokens: number
  readonly #open: OpenContainer[] = []
  #starts = new Uint32Array(32)
  #nexts = new Uint32Array(32)
  #count = 0
  #position = 0

  constructor(bytes: Buffer, options: ScanOptions) {
    this.#bytes = bytes
    this.#options = options
    this.#maxDepth = options.maxDepth ?? 100
    this.#maxTokens = options.maxTokens ?? 3_000_000
  }

  scan(): BencodeTape {
    if (this.#bytes.length > 0xffff_ffff) throw this.#error('limit-exceeded', 'more than 4 GiB')
    do this.#step()
    while (this.#open.length > 0)
    if (this.#position < this.#bytes.length && this.#options.allowTrailingBytes !== true) {
      throw this.#error('trailing-bytes', 'the value has ended, the bytes go on')
    }
    this.#starts[this.#count] = this.#position
    return new BencodeTape(this.#bytes, this.#starts, this.#nexts, this.#count)
  }

  #step(): void {
    const container = this.#open.at(-1)
    const byte = this.#byte(this.#position)
    if (byte === NO_BYTE) throw this.#error('unexpected-eof', 'the bytes end before the value does')
    if (byte === END) return this.#close(container)
    if (container?.expectsKey === true) return this.#key(container, byte)
    if (container !== undefined) container.expectsKey = container.isDictionary
    if (byte === INTEGER) this.#integer()
    else if (byte === LIST || byte === DICTIONARY) this.#openContainer(byte === DICTIONARY)
    else if (isDigit(byte)) this.#string()
    else throw this.#error('expected-value', 'none of the bytes that a value starts with')
  }

  #openContainer(isDictionary: boolean): void {
    if (this.#open.length >= this.#maxDepth) {
      throw this.#error('depth-exceeded', `nested more than ${this.#maxDepth} deep`)
    }
    this.#open.push({
      token: this.#push(),
      isDictionary,
      expectsKey: isDictionary,
      keyStart: -1,
      keyEnd: -1,
      isSorted: true,
    })
    this.#position++
  }

  #close(container: OpenContainer | undefined): void {
    if (container === undefined) throw this.#error('unexpected-eof', 'an end, and no value before it')
    if (container.isDictionary && !container.expectsKey) throw this.#error('expected-value', 'a key without a value')
    if (!container.isSorted) this.#checkUnique(container)
    this.#push()
    this.#position++
    this.#nexts[container.token] = this.#count
    this.#open.pop()
  }

  #key(dictionary: OpenContainer, byte: number): void {
    if (!isDigit(byte)) throw this.#error('expected-digit', 'a dictionary key has to be a string')
    const start = this.#string()
    if (dictionary.keyStart !== -1 && dictionary.isSorted) {
      const order = this.#bytes.compare(this.#bytes, start, this.#position, dictionary.keyStart, dictionary.keyEnd)
      if (order === 0) throw this.#error('duplicate-key', 'the key before this one is the same')
      if (order > 0) this.#unsorted(dictionary)
    }
    dictionary.keyStart = start
    dictionary.keyEnd = this.#position
    dictionary.expectsKey = false
  }

  #unsorted(dictionary: OpenContainer): void {
    if (this.#options.allowUnsortedKeys !== true) throw this.#error('unsorted-keys', 'keys have to be in byte order')
    dictionary.isSorted = false
  }

  /** In an unsorted dictionary, equal keys need not be neighbours: this looks at all of them when its end has come. */
  #checkUnique(dictionary: OpenContainer): void {
    this.#starts[this.#count] = this.#position
    const tape = new BencodeTape(this.#bytes, this.#starts, this.#nexts, this.#count)
    const seen = new Set<string>()
    for (let key = dictionary.token + 1; key < this.#count; key = this.#nexts[key + 1]!) {
      const text = tape.latin1(key)
      if (seen.has(text)) throw this.#error('duplicate-key', 'a key of the dictionary that ends here came twice')
      seen.add(text)
    }
  }

  #integer(): void {
    const isNegative = this.#byte(this.#position + 1) === MINUS
    const first = this.#position + (isNegative ? 2 : 1)
    let at = first
    while (isDigit(this.#byte(at))) at++
    const after = this.#byte(at)
    if (after === NO_BYTE) throw this.#error('unexpected-eof', 'the bytes end inside an integer')
    if (after !== END || at === first) throw this.#error('expected-digit', 'an integer with something else than digits')
    if (this.#byte(first) === ZERO && (isNegative || at > first + 1)) {
      throw this.#error('non-canonical-integer', 'an integer with a leading zero, or minus zero')
    }
    if (!this.#fitsInt64(first, at, isNegative)) throw this.#error('overflow', 'an integer beyond 64 bits')
    this.#push()
    this.#position = at + 1
  }

  #fitsInt64(first: number, end: number, isNegative: boolean): boolean {
    if (end - first < MAX_INT64_DIGITS) return true
    if (end - first > MAX_INT64_DIGITS) return false
    const magnitude = BigInt(this.#bytes.toString('latin1', first, end))
    return isNegative ? -magnitude >= MIN_INT64 : magnitude <= MAX_INT64
  }

  /** Passes a string, and tells where its bytes start. They end at the position after. */
  #string(): number {
    let length = 0
    let at = this.#position
    for (let byte = this.#byte(at); isDigit(byte); byte = this.#byte(++at)) {
      length = length * 10 + (byte - ZERO)
      if (length > Number.MAX_SAFE_INTEGER) throw this.#error('overflow', 'a string length beyond all measure')
    }
    if (this.#byte(at) !== COLON) throw this.#error('expected-colon', 'no colon after the length of a string')
    if (this.#byte(this.#position) === ZERO && at > this.#position + 1) {
      throw this.#error('non-canonical-integer', 'a string length with a leading zero')
    }
    if (length > MAX_STRING_LENGTH) throw this.#error('limit-exceeded', `a string of ${length} bytes`)
    const start = at + 1
    if (length > this.#bytes.length - start) throw this.#error('unexpected-eof', 'the bytes end inside a string')
    this.#push()
    this.#position = start + length
    return start
  }

  /** Puts the token that starts here on the tape. */
  #push(): BencodeToken {
    const token = this.#count
    if (token >= this.#maxTokens) throw this.#error('limit-exceeded', `more than ${this.#maxTokens} tokens`)
    // One place is kept free for the end of the value.
    if (token + 1 >= this.#starts.length) this.#grow()
    this.#starts[token] = this.#position
    this.#nexts[token] = token + 1
    this.#count++
    return token
  }

  #grow(): void {
    const starts = new Uint32Array(this.#starts.length * 2)
    const nexts = new Uint32Array(this.#nexts.length * 2)
    starts.set(this.#starts)
    nexts.set(this.#nexts)
    this.#starts = starts
    this.#nexts = nexts
  }

  #byte(at: number): number {
    return at < this.#bytes.length ? this.#bytes[at]! : NO_BYTE
  }

  #error(code: string, what: string): ProtocolError {
    return new ProtocolError(`bencode-${code}`, `bencode at byte ${this.#position}: ${what}`)
  }
}

/**
 * Checks one bencoded value (BEP 3 §bencoding) and finds its tokens. Time and memory are linear in the length of the
 * bytes; nothing recurses. Lengths and integers must be canonical, no key may come twice, integers must fit 64 bits.
 *
 * @throws ProtocolError `bencode-unexpected-eof`, `-expected-value`, `-expected-digit`, `-expected-colon`,
 * `-non-canonical-integer`, `-overflow`, `-unsorted-keys`, `-duplicate-key`, `-trailing-bytes`, `-depth-exceeded` or
 * `-limit-exceeded`.
 */
export function scanBencode(bytes: Uint8Array, options: ScanOptions = {}): BencodeTape {
  return new Scanner(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), options).scan()
}
