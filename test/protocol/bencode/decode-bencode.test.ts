import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { BencodeValue } from '../../../src/protocol/bencode/bencode-value.ts'
import { decodeBencode, decodeBencodePrefix } from '../../../src/protocol/bencode/decode-bencode.ts'
import { MALFORMED } from './vectors.ts'

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1')
const dict = (...entries: [string, BencodeValue][]): BencodeValue => new Map(entries)

describe('decoding', () => {
  const decoded: readonly (readonly [string, BencodeValue])[] = [
    ['i0e', 0],
    ['i-42e', -42],
    ['0:', latin1('')],
    ['5:\0\xffabc', latin1('\0\xffabc')],
    ['le', []],
    ['de', dict()],
    ['li1eli2eee', [1, [2]]],
    ['d0:i420ee', dict(['', 420])],
    ['d3:a\0bi1ee', dict(['a\0b', 1])],
    ['d1:ai1e2:aai2ee', dict(['a', 1], ['aa', 2])],
    ['d1:rd6:\xff\xfe\0\x80\xc0\xaei42eee', dict(['r', dict(['\xff\xfe\0\x80\xc0\xae', 42])])],
    ['lld1:ai64e1:bi32eeee', [[dict(['a', 64], ['b', 32])]]],
    ['d1:a1:ee', dict(['a', latin1('e')])],
  ]
  for (const [input, value] of decoded) {
    test(`${JSON.stringify(input)} becomes its value`, () => assert.deepEqual(decodeBencode(latin1(input)), value))
  }

  const integers: readonly (readonly [string, number | bigint])[] = [
    ['2147483648', 2 ** 31],
    ['4294967296', 2 ** 32],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['9007199254740992', 2n ** 53n],
    ['9007199254740993', 2n ** 53n + 1n],
    ['-9007199254740991', -Number.MAX_SAFE_INTEGER],
    ['-9007199254740993', -(2n ** 53n) - 1n],
    ['9223372036854775807', 2n ** 63n - 1n],
    ['-9223372036854775808', -(2n ** 63n)],
  ]
  for (const [digits, value] of integers) {
    test(`the integer ${digits} keeps every digit`, () => assert.equal(decodeBencode(latin1(`i${digits}e`)), value))
  }

  for (const { name, input, code } of MALFORMED) {
    test(`${name ?? JSON.stringify(input)} is refused as ${code}`, () => {
      assert.throws(() => decodeBencode(latin1(input)), { name: 'ProtocolError', code })
    })
  }

  test('is strict about the order of keys and about bytes left over', () => {
    assert.throws(() => decodeBencode(latin1('d1:b0:1:a0:e')), { code: 'bencode-unsorted-keys' })
    assert.throws(() => decodeBencode(latin1('leee')), { code: 'bencode-trailing-bytes' })
  })

  test('keeps to the limits it is given', () => {
    assert.throws(() => decodeBencode(latin1('llee'), { maxDepth: 1 }), { code: 'bencode-depth-exceeded' })
    assert.throws(() => decodeBencode(latin1('llee'), { maxTokens: 3 }), { code: 'bencode-limit-exceeded' })
  })

  test('a key called __proto__ is a key, and nothing gets a new prototype', () => {
    const value = decodeBencode(latin1('d9:__proto__d7:isAdmini1eee'))
    assert.deepEqual(value, dict(['__proto__', dict(['isAdmin', 1])]))
    assert.equal('isAdmin' in {}, false)
    assert.equal(value instanceof Map && 'isAdmin' in value, false)
  })

  test('keys that differ only in bytes that are not UTF-8 stay apart', () => {
    const value = decodeBencode(latin1('d1:\x80i1e1:\x81i2ee'))
    assert.deepEqual(value, dict(['\x80', 1], ['\x81', 2]))
  })

  test('a decoded string does not change when the receive buffer is used again', () => {
    const receiveBuffer = latin1('3:abc')
    const value = decodeBencode(receiveBuffer)
    receiveBuffer.fill(0)
    assert.deepEqual(value, latin1('abc'))
  })

  test('reads only its own part of a larger buffer', () => {
    const view = new Uint8Array(Buffer.from('xxi5exx')).subarray(2, 5)
    assert.equal(decodeBencode(view), 5)
  })
})

describe('decoding a prefix', () => {
  test('gives the value and the offset of what follows', () => {
    assert.deepEqual(decodeBencodePrefix(latin1('d8:msg_typei1e5:piecei0eeRAW BYTES')), {
      value: dict(['msg_type', 1], ['piece', 0]),
      end: 25,
    })
    assert.deepEqual(decodeBencodePrefix(latin1('leee')), { value: [], end: 2 })
    assert.deepEqual(decodeBencodePrefix(latin1('i1e')), { value: 1, end: 3 })
  })

  test('is as strict as ever inside the value', () => {
    assert.throws(() => decodeBencodePrefix(latin1('d1:b0:1:a0:erest')), { code: 'bencode-unsorted-keys' })
    assert.throws(() => decodeBencodePrefix(latin1('l1:a')), { code: 'bencode-unexpected-eof' })
  })
})
