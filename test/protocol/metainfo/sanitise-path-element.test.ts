import assert from 'node:assert/strict'
import path from 'node:path'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { sanitisePathElement } from '../../../src/protocol/metainfo/sanitise-path-element.ts'
import { file, multiFile, parse } from './torrent-fixture.ts'

const bytes = (...values: number[]): Buffer => Buffer.from(values)

const vectors: readonly (readonly [string | Uint8Array, string])[] = [
  ['abc.txt', 'abc.txt'],
  ['', '_'],
  ['.', '_'],
  ['..', '_'],
  ['...', '...'],
  ['.git', '.git'],
  ['..a', '..a'],
  ['/', '_'],
  ['\\', '_'],
  ['/etc/passwd', '_etc_passwd'],
  ['../../x', '.._.._x'],
  ['C:\\x', 'C:_x'],
  ['a\0b', 'a_b'],
  ['a\bb', 'a_b'],
  ['a\nb\tc', 'a_b_c'],
  ['\u001b[31mred', '_[31mred'],
  ['a\u007fb', 'a_b'],
  ['a\u0085b\u009f', 'a_b_'],
  ['a\u2028b', 'a_b'],
  ['filename\u200bzero\u200dwidth', 'filenamezerowidth'],
  ['\u202etxt.exe', 'txt.exe'],
  ['\u2066\u2067\u2068\u2069\u061ca', 'a'],
  ['\ufeffbom', 'bom'],
  ['.\u200b.', '_'],
  ['\u202e', '_'],
  ['Grüße.txt', 'Grüße.txt'],
  ['日本語', '日本語'],
  ['a\ud800b', 'a_b'],
  // Overlong forms of `.` and `/`, which a careless decoder takes for the real ones.
  [bytes(0xc0, 0xae), '_'],
  [bytes(0xe0, 0x80, 0xae), '_'],
  [bytes(0xf0, 0x80, 0x80, 0xae), '_'],
  [bytes(0xc0, 0xaf), '_'],
  [bytes(0x61, 0xc0, 0xae, 0x62), 'a_b'],
  // Cut off, alone, or beyond Unicode.
  [bytes(0x61, 0xe2, 0x82), 'a_'],
  [bytes(0x80), '_'],
  [bytes(0x61, 0xff, 0x62), 'a_b'],
  [bytes(0xf8, 0x88, 0x80, 0x80, 0x80), '_'],
  [bytes(0xed, 0xa0, 0x80), '_'],
  [bytes(0xef, 0xbb, 0xbf, 0x61), 'a'],
  [Buffer.from('Grüße'), 'Grüße'],
]

describe('a path element', () => {
  for (const [given, wanted] of vectors) {
    const shown = typeof given === 'string' ? JSON.stringify(given) : `bytes ${Buffer.from(given).toString('hex')}`
    test(`${shown} becomes ${JSON.stringify(wanted)}`, () => assert.equal(sanitisePathElement(given), wanted))
  }
})

describe('a long path element', () => {
  test('is cut to 240 bytes', () => {
    assert.equal(sanitisePathElement('a'.repeat(240)), 'a'.repeat(240))
    assert.equal(sanitisePathElement('a'.repeat(241)), 'a'.repeat(240))
  })

  test('keeps its extension', () => {
    assert.equal(sanitisePathElement(`${'a'.repeat(300)}.tar`), `${'a'.repeat(236)}.tar`)
  })

  test('does not keep an ending that is too long for an extension', () => {
    const name = `a.${'b'.repeat(300)}`
    assert.equal(sanitisePathElement(name), name.slice(0, 240))
  })

  test('is not cut inside of a character', () => {
    assert.equal(sanitisePathElement('ü'.repeat(300)), 'ü'.repeat(120))
    assert.equal(sanitisePathElement(`a${'ü'.repeat(300)}`), `a${'ü'.repeat(119)}`)
    assert.equal(sanitisePathElement('😀'.repeat(100)), '😀'.repeat(60))
  })
})

describe('ten thousand hostile names', () => {
  const root = '/srv/shareable/torrent'
  const parts = ['.', '..', '/', '\\', '\0', '../', '..\\', '//', './', '/etc/passwd', 'C:', '~', '$HOME', '%2e%2e%2f']
  const odd = ['\n', '\u202e', '\u200b', '\ufeff', '\u2215', '\uff0e', 'a', '.txt', ' ', '-', 'é', 'x'.repeat(250)]
  const fragments = fc.constantFrom(...parts, ...odd)
  const text = fc.array(fragments, { maxLength: 6 }).map((parts) => Buffer.from(parts.join('')))
  const overlong = fc.constantFrom(
    ...[
      [0xc0, 0xae],
      [0xc0, 0xaf],
      [0xe0, 0x80, 0xae],
      [0xe0, 0x80, 0xaf],
      [0xf0, 0x80, 0x80, 0xaf],
    ].map((b) => bytes(...b)),
  )
  const mixed = fc.array(fc.oneof(text, overlong, fc.uint8Array({ maxLength: 8 })), { maxLength: 4 })
  const name = mixed.map((parts) => Buffer.concat(parts))

  const staysInside = (elements: readonly string[]): void => {
    for (const element of elements) {
      assert.equal(path.dirname(path.join(root, element)), root, JSON.stringify(element))
      assert.equal(path.win32.basename(element), element.replace(/^[a-z]:/i, ''))
      assert.doesNotMatch(element, /[/\\\0]/)
      assert.ok(Buffer.byteLength(element) > 0 && Buffer.byteLength(element) <= 240)
      assert.equal(sanitisePathElement(element), element)
      assert.equal(Buffer.from(element).toString(), element)
    }
    const resolved = path.resolve(root, ...elements)
    assert.equal(path.relative(root, resolved).split(path.sep).length, elements.length)
    assert.ok(resolved.startsWith(`${root}/`))
  }

  test('stay one element, right where they are put', () => {
    fc.assert(
      fc.property(name, (name) => staysInside([sanitisePathElement(name)])),
      { numRuns: 10_000 },
    )
  })

  test('stay below the root as paths of a torrent, whatever its name is', () => {
    const torrents = fc.tuple(name, fc.array(name, { minLength: 1, maxLength: 8 }))
    fc.assert(
      fc.property(torrents, ([name, elements]) => {
        const meta = parse(multiFile([file([...elements, 'x'])], { name }))
        staysInside([meta.name, ...meta.files[0]!.path])
      }),
      { numRuns: 3000 },
    )
  })
})
