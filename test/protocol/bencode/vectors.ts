/** Bencode that must be refused, and why; written as text with a character for each byte. */

export interface Vector {
  readonly name?: string
  readonly input: string
  readonly code: string
}

const eof = [
  '',
  'e',
  'i',
  'i10',
  'i-',
  'l2:..',
  '1:',
  '100:..',
  'd1000:..e',
  'l1:a1:b1:c',
  'd20:',
  'd10:short',
  'l',
  'd',
]
const notADigit = ['ie', 'i-e', 'i35412-5633e', 'i92337203t85e', 'i+0e', 'i+5e', 'i1.5e', 'i 1e']
const notAStringKey = ['di5e1:ae', 'df00:', 'di2ei0ee', 'dlei1ee', 'dhe', 'd-1:ai1ee']
const beyond64Bits = [
  'i184467440737095516154e',
  'i9223372036854775808e',
  'i-9223372036854775809e',
  'i18446744073709551616e',
  '18446744073709551615:x',
  '99999999999999999999:boat',
]
const notAValue = ['-10:foobar', ' ', 'l-3:e', 'l-3:ee', 'x', 'lxe', '\0', ':', 'd1:a-3:e']
const oddDictionary = ['d1:ai1e1:be', 'd1:ai0e1:be', 'd3:000e', 'd1:ae']
const noColon = ['d1000', '1000', '3abc', 'l3', 'd3i1e']
const twoSpellings = ['i01e', 'i-0e', 'i00e', 'i-01e', 'i007e', '06:foobar', '00:', 'd01:ai1ee']

const withCode = (code: string, inputs: readonly string[]): Vector[] => inputs.map((input) => ({ input, code }))

/** Refused in every mode. */
export const MALFORMED: readonly Vector[] = [
  ...withCode('bencode-unexpected-eof', eof),
  ...withCode('bencode-expected-digit', [...notADigit, ...notAStringKey]),
  ...withCode('bencode-overflow', beyond64Bits),
  ...withCode('bencode-limit-exceeded', ['199999999:foobar']),
  ...withCode('bencode-expected-value', [...notAValue, ...oddDictionary]),
  ...withCode('bencode-expected-colon', noColon),
  ...withCode('bencode-non-canonical-integer', twoSpellings),
  ...withCode('bencode-duplicate-key', ['d2:aai1e2:aai2ee', 'd0:i1e0:i2ee']),
  { name: '101 lists', input: 'l'.repeat(101) + 'e'.repeat(101), code: 'bencode-depth-exceeded' },
  { name: '1024 lists', input: 'l'.repeat(1024) + 'e'.repeat(1024), code: 'bencode-depth-exceeded' },
  { name: 'a million open lists', input: 'l'.repeat(1_000_000), code: 'bencode-depth-exceeded' },
  { name: 'a million open dictionaries', input: 'd0:'.repeat(1_000_000), code: 'bencode-depth-exceeded' },
]
