import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { printable, printableJson } from '../../../src/cli/terminal/printable.ts'

/** A title set, a line erased, the text turned round, a line begun anew, half a pair. */
const hostile = 'a\u001b]0;owned\u0007b\u001b[2Kc\u202Ed\u2028e\u009b31mf\u200Bg\rh\ud800'

describe('text of others on a terminal', () => {
  it('has no character left that steers, turns or hides, and shows what was there', () => {
    assert.equal(
      printable(hostile),
      'a\\u{1b}]0;owned\\u{7}b\\u{1b}[2Kc\\u{202e}d\\u{2028}e\\u{9b}31mf\\u{200b}g\\u{d}h\\u{d800}',
    )
  })

  it('keeps letters of all scripts and emoji as they are', () => {
    const fine = 'Übung – 東京.img ไทย 🎵 שלום'
    assert.equal(printable(fine), fine)
  })

  it('as JSON is the same value, without such a character', () => {
    const value = { name: hostile, tag: '\u{e0041}' }
    const text = printableJson(value, 2)
    assert.deepEqual(JSON.parse(text), value)
    assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
  })
})
