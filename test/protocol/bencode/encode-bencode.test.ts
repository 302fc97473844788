import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BencodeValue } from '../../../src/protocol/bencode/bencode-value.ts'
import { encodeBencode } from '../../../src/protocol/bencode/encode-bencode.ts'

const encoded = (value: BencodeValue): string => encodeBencode(value).toString('latin1')
const bytes = (text: string): Buffer => Buffer.from(text, 'latin1')

test('integers are written digit by digit', () => {
  assert.equal(encoded(0), 'i0e')
  assert.equal(encoded(-0), 'i0e')
  assert.equal(encoded(-17), 'i-17e')
  assert.equal(encoded(Number.MAX_SAFE_INTEGER), 'i9007199254740991e')
  assert.equal(encoded(5_000_000_000), 'i5000000000e')
})

test('bigints are written up to 64 bits', () => {
  assert.equal(encoded(1n), 'i1e')
  assert.equal(encoded(2n ** 63n - 1n), 'i9223372036854775807e')
  assert.equal(encoded(-(2n ** 63n)), 'i-9223372036854775808e')
  assert.throws(() => encodeBencode(2n ** 63n), RangeError)
})

test('numbers that would lose something are an error, never a rounded number', () => {
  for (const value of [1.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => encodeBencode(value), RangeError)
  }
})

test('strings are bytes', () => {
  assert.equal(encoded(bytes('')), '0:')
  assert.equal(encoded(bytes('\0\xff:e')), '4:\0\xff:e')
  assert.equal(encoded(new Uint8Array([1, 2, 3]).subarray(1)), '2:\x02\x03')
})

test('lists and dictionaries nest', () => {
  assert.equal(encoded([]), 'le')
  assert.equal(encoded(new Map()), 'de')
  assert.equal(encoded([1, [bytes('x')], new Map([['a', []]])]), 'li1el1:xed1:aleee')
})

test('keys are written in the order of their raw bytes', () => {
  const keys = ['b', 'aa', 'a', '', '\xff', '\x80', 'Z', 'pieces', 'piece length', '__proto__']
  const dictionary = new Map(keys.map((key) => [key, 0] as const))
  const sorted = ['', 'Z', '__proto__', 'a', 'aa', 'b', 'piece length', 'pieces', '\x80', '\xff']
  assert.equal(encoded(dictionary), `d${sorted.map((key) => `${key.length}:${key}i0e`).join('')}e`)
})

test('a key that is not raw bytes is an error', () => {
  assert.throws(() => encodeBencode(new Map([['ключ', 1]])), RangeError)
})
