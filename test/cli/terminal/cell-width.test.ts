import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { cellWidth, fit, shorten } from '../../../src/cli/terminal/cell-width.ts'

describe('cells of a terminal', () => {
  it('are one for a letter, two for a wide one or an emoji, none for a mark above it', () => {
    assert.equal(cellWidth('lab.img'), 7)
    assert.equal(cellWidth('東京'), 4)
    assert.equal(cellWidth('🎵'), 2)
    assert.equal(cellWidth('e\u0301'), 1)
    assert.equal(cellWidth('ｆｕｌｌ'), 8)
    assert.equal(cellWidth('❤\ufe0f'), 2)
    assert.equal(cellWidth('█░▏'), 3)
  })

  it('are filled exactly', () => {
    for (const text of ['', 'a', '東京タワー', 'ab東京', 'e\u0301e\u0301e\u0301', '🎵🎵🎵']) {
      for (let cells = 0; cells < 14; cells++) assert.equal(cellWidth(fit(text, cells)), cells, `${text} in ${cells}`)
    }
  })

  it('show by … where something was cut', () => {
    assert.equal(shorten('lab-image.img', 6), 'lab-i…')
    assert.equal(shorten('東京タワー', 6), '東京…')
    assert.equal(shorten('short', 5), 'short')
    assert.equal(shorten('short', 0), '')
  })
})
