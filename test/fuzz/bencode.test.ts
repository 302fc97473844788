import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import bencode from 'bencode'
import * as fc from 'fast-check'
import type { BencodeDict, BencodeValue } from '../../src/protocol/bencode/bencode-value.ts'
import { decodeBencode, decodeBencodePrefix } from '../../src/protocol/bencode/decode-bencode.ts'
import { encodeBencode } from '../../src/protocol/bencode/encode-bencode.ts'
import { scanBencode } from '../../src/protocol/bencode/scan-bencode.ts'
import { ProtocolError } from '../../src/protocol/protocol-error.ts'

const byteText = fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes).toString('latin1'))
const integer = fc.oneof(
  fc.maxSafeInteger(),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -(2n ** 63n), max: -(2n ** 53n) }),
)
const string = fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes))

/** Any bencode value: `integer` and `key` say what it is made of. */
function values(integer: fc.Arbitrary<number | bigint>, key: fc.Arbitrary<string>): fc.Arbitrary<BencodeValue> {
  return fc.letrec<{ value: BencodeValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5, depthSize: 'small', withCrossShrink: true },
      integer,
      string,
      fc.array(tie('value'), { maxLength: 6 }),
      fc.array(fc.tuple(key, tie('value')), { maxLength: 6 }).map((entries): BencodeDict => new Map(entries)),
    ),
  })).value
}

/** Text made of what bencode is made of: gets further into the scanner than random bytes do. */
const nearBencode = fc
  .array(fc.constantFrom('i', 'l', 'd', 'e', ':', '-', '0', '1', '3', '9', '1:a', '1:b', 'i1e', '0:', 'le', '\xff'), {
    maxLength: 40,
  })
  .map((parts) => Buffer.from(parts.join(''), 'latin1'))
const anyBytes = fc.oneof(fc.uint8Array({ maxLength: 64 }), nearBencode)

describe('any bytes', () => {
  test('are decoded, or refused with a ProtocolError', () => {
    fc.assert(
      fc.property(anyBytes, fc.boolean(), fc.boolean(), (bytes, allowUnsortedKeys, allowTrailingBytes) => {
        try {
          const tape = scanBencode(bytes, { allowUnsortedKeys, allowTrailingBytes })
          assert.ok(tape.end <= bytes.length && tape.end > 0)
        } catch (error) {
          assert.ok(error instanceof ProtocolError && error.code.startsWith('bencode-'), String(error))
        }
      }),
      { numRuns: 10_000 },
    )
  })

  test('that pass strictly have no other spelling: encoding gives them back', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        let value: BencodeValue
        try {
          value = decodeBencode(bytes)
        } catch {
          return
        }
        assert.deepEqual(encodeBencode(value), Buffer.from(bytes))
      }),
      { numRuns: 10_000 },
    )
  })
})

describe('any value', () => {
  const value = values(integer, byteText)

  test('comes back from its encoding as it was', () => {
    fc.assert(
      fc.property(value, (value) => assert.deepEqual(decodeBencode(encodeBencode(value)), value)),
      { numRuns: 1500 },
    )
  })

  test('is found again before other bytes', () => {
    fc.assert(
      fc.property(value, fc.uint8Array({ maxLength: 20 }), (value, rest) => {
        const bytes = encodeBencode(value)
        assert.deepEqual(decodeBencodePrefix(Buffer.concat([bytes, rest])), { value, end: bytes.length })
      }),
      { numRuns: 1000 },
    )
  })

  test('is refused when it is cut short anywhere', () => {
    fc.assert(
      fc.property(value, fc.nat(), (value, where) => {
        const bytes = encodeBencode(value)
        assert.throws(() => decodeBencode(bytes.subarray(0, where % bytes.length)), ProtocolError)
      }),
      { numRuns: 1000 },
    )
  })
})

test('where the bencode package is exact, it reads and writes the same', () => {
  const ascii = fc.stringMatching(/^[a-z ]{0,8}$/)
  fc.assert(
    fc.property(values(fc.maxSafeInteger(), ascii), (value) => {
      const bytes = encodeBencode(value)
      assert.deepEqual(Buffer.from(bencode.encode(value)), bytes)
      assert.deepEqual(plain(decodeBencode(bytes)), bencode.decode(bytes))
    }),
    { numRuns: 1500 },
  )
})

/** A value in the form that the package gives. */
function plain(value: BencodeValue): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [key, plain(item)]))
  if (Array.isArray(value)) return value.map(plain)
  return value instanceof Uint8Array ? new Uint8Array(value) : value
}
