import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { MAX_STRING_LENGTH, scanBencode, type ScanOptions } from '../../../src/protocol/bencode/scan-bencode.ts'
import { cpuMs } from '../../support/cpu-time.ts'
import { MALFORMED } from './vectors.ts'

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1')
const scan = (text: string, options: ScanOptions = {}) => scanBencode(latin1(text), options)
const lenient: ScanOptions = { allowUnsortedKeys: true, allowTrailingBytes: true }

describe('malformed bencode', () => {
  for (const { name, input, code } of MALFORMED) {
    test(`${name ?? JSON.stringify(input)} is refused as ${code}, strict or lenient`, () => {
      assert.throws(() => scan(input), { name: 'ProtocolError', code })
      assert.throws(() => scan(input, lenient), { name: 'ProtocolError', code })
    })
  }

  test('deep nesting is refused at the limit, however much of it follows', () => {
    const bytes = latin1('l'.repeat(1_000_000))
    const took = cpuMs(() => assert.throws(() => scanBencode(bytes), /byte 100:/))
    assert.ok(took < 50, `took ${took} ms of CPU`)
  })
})

describe('well-formed bencode', () => {
  const accepted = [
    'i0e',
    'i-1e',
    '0:',
    'de',
    'le',
    'd0:i420ee',
    'i9223372036854775807e',
    'i-9223372036854775808e',
    'd3:a\0bi1ee',
    'd1:ai1e2:aai2ee',
    'd1:rd6:\xff\xfe\0\x80\xc0\xaei42eee',
    'lld1:ai64e1:bi32eeee',
    '11:hello world',
  ]
  for (const input of accepted) {
    test(`${JSON.stringify(input)} is taken, all of it`, () => {
      assert.equal(scan(input).end, input.length)
    })
  }

  test('a string of a million bytes is taken', () => {
    const bytes = latin1(`1000000:${'x'.repeat(1_000_000)}`)
    assert.equal(scanBencode(bytes).string(0).length, 1_000_000)
  })

  test('a hundred levels are taken, a hundred and one are not', () => {
    const nested = (depth: number) => 'l'.repeat(depth) + 'e'.repeat(depth)
    assert.equal(scan(nested(100)).count, 200)
    assert.throws(() => scan(nested(101)), { code: 'bencode-depth-exceeded' })
    assert.equal(scan(nested(3), { maxDepth: 3 }).count, 6)
    assert.throws(() => scan(nested(4), { maxDepth: 3 }), { code: 'bencode-depth-exceeded' })
  })

  test('siblings do not add up to depth', () => {
    assert.equal(scan(`l${'le'.repeat(5000)}e`).count, 10_002)
  })
})

describe('what only lenient mode takes', () => {
  test('unsorted keys', () => {
    for (const input of ['d2:bai1e2:aai2ee', 'lld1:bi32e1:ai64eeee', 'd1:b0:1:a0:e', 'd2:aa0:1:a0:e']) {
      assert.throws(() => scan(input), { code: 'bencode-unsorted-keys' })
      assert.equal(scan(input, { allowUnsortedKeys: true }).end, input.length)
    }
  })

  test('bytes after the value', () => {
    for (const [input, end] of [
      ['leee', 2],
      ['i1e ', 3],
      ['0:x', 2],
      ['dei1e', 2],
    ] as const) {
      assert.throws(() => scan(input), { code: 'bencode-trailing-bytes' })
      assert.equal(scan(input, { allowTrailingBytes: true }).end, end)
    }
  })

  test('but equal keys are refused also when they are no neighbours', () => {
    for (const input of ['d1:ci1e1:ai1e1:ci2ee', 'd1:b0:1:a0:1:a0:e', 'd1:bd1:a0:e1:ale1:ci1e1:ble1:d0:e']) {
      assert.throws(() => scan(input, lenient), { code: 'bencode-duplicate-key' })
    }
  })

  test('and equal keys in different dictionaries are nobody’s fault', () => {
    const input = 'd1:bd1:a0:e1:ad1:a0:1:b0:ee'
    assert.equal(scan(input, lenient).end, input.length)
  })
})

describe('limits', () => {
  test('5000 strings are too many for a limit of 1000 tokens', () => {
    const input = `l${'0:'.repeat(5000)}e`
    assert.throws(() => scan(input, { maxTokens: 1000 }), { code: 'bencode-limit-exceeded' })
    assert.equal(scan(input).count, 5002)
  })

  test('the ends of lists and dictionaries count as tokens', () => {
    assert.equal(scan('llee', { maxTokens: 4 }).count, 4)
    assert.throws(() => scan('llee', { maxTokens: 3 }), { code: 'bencode-limit-exceeded' })
  })

  test('three million tokens are the limit unless told otherwise', () => {
    assert.throws(() => scan(`l${'0:'.repeat(3_000_000)}e`), { code: 'bencode-limit-exceeded' })
  })

  test('a string longer than the limit is refused by its length alone', () => {
    assert.throws(() => scan(`${MAX_STRING_LENGTH + 1}:`), { code: 'bencode-limit-exceeded' })
    assert.throws(() => scan(`${MAX_STRING_LENGTH}:`), { code: 'bencode-unexpected-eof' })
  })
})

describe('the tape', () => {
  const input = 'd1:ai-7e4:infod6:lengthi9007199254740993e4:name3:\0é\xffe4:listl1:xi1eleee'
  const tape = scan(input)

  test('finds values by key, in their dictionary only', () => {
    const info = tape.field(0, 'info', 'dictionary')!
    assert.deepEqual(tape.string(tape.find(info, 'name')!), Buffer.from([0, 0xe9, 0xff]))
    assert.equal(tape.latin1(tape.find(info, 'name')!), '\0é\xff')
    assert.equal(tape.find(0, 'name'), undefined)
    assert.equal(tape.find(0, 'inf'), undefined)
    assert.equal(tape.find(0, 'infoo'), undefined)
  })

  test('tells a value of another kind from one that is asked for', () => {
    assert.equal(tape.field(0, 'info', 'list'), undefined)
    assert.equal(tape.kind(tape.find(0, 'info')!), 'dictionary')
    assert.equal(tape.kind(tape.find(0, 'a')!), 'integer')
  })

  test('gives the span a value is written in', () => {
    const span = 'd6:lengthi9007199254740993e4:name3:\0é\xffe'
    assert.equal(tape.raw(tape.find(0, 'info')!).toString('latin1'), span)
    assert.equal(tape.raw(0).toString('latin1'), input)
    assert.equal(tape.raw(tape.find(0, 'a')!).toString(), 'i-7e')
  })

  test('never rounds an integer', () => {
    assert.equal(tape.integer(tape.find(0, 'a')!), -7)
    assert.equal(tape.integer(tape.find(tape.find(0, 'info')!, 'length')!), 9007199254740993n)
  })

  test('lists the items of a list', () => {
    const items = [...tape.items(tape.find(0, 'list')!)]
    assert.deepEqual(
      items.map((item) => tape.raw(item).toString()),
      ['1:x', 'i1e', 'le'],
    )
  })
})
