import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { mediaKind } from '../../src/web/words/media-kind.ts'
import { pieceCells, pieceSummary } from '../../src/web/words/piece-cells.ts'
import { bytesText, counted, durationText, percentText, rateText } from '../../src/web/words/quantities.ts'
import { PeerRates, RateHistory } from '../../src/web/words/rate-history.ts'
import { visibleText } from '../../src/web/words/visible-text.ts'

describe('quantities on the page', () => {
  it('have three digits that count', () => {
    assert.deepEqual([0, 999, 999_500, 41.3e9].map(bytesText), ['0 B', '999 B', '1.00 MB', '41.3 GB'])
    assert.equal(rateText(1e8), '100 MB/s')
    assert.deepEqual([45, 204, 3600, 7530, 1e8].map(durationText), [
      '45 s',
      '3 min 20 s',
      '1 h',
      '2 h 5 min',
      'more than 100 d',
    ])
    assert.deepEqual([0, 1e-9, 0.62345, 0.99999, 1].map(percentText), ['0 %', '0.1 %', '62.3 %', '99.9 %', '100 %'])
    assert.deepEqual([counted(1, 'peer'), counted(0, 'peer')], ['1 peer', '0 peers'])
  })

  it('names show that something is hidden in them', () => {
    assert.equal(visibleText('a\u202egpj.exe\u0000 東京 🎵'), 'a�gpj.exe� 東京 🎵')
  })
})

describe('what a browser may play', () => {
  it('is known by the end of the name', () => {
    const names = ['a/film.WEBM', 'b.mp3', 'c.img', 'mp4', '.mp4', 'd.constructor', 'e.mkv.exe']
    assert.deepEqual(names.map(mediaKind), ['video', 'audio', null, null, 'video', null, null])
  })
})

describe('the piece map', () => {
  const map = {
    total: 12,
    have: 6,
    bitfield: '/AA=',
    availability: [2, 2, 2, 2, 2, 2, 3, 3, 1, 0, 1, 1],
    inProgress: [{ index: 6, blocks: 16, received: 4 }],
  }

  it('has a cell for each piece while there is room, and then for several', () => {
    const cells = pieceCells(map, 12)
    assert.deepEqual(cells[5], { first: 5, count: 1, here: 1, coming: false, availability: 2 })
    assert.deepEqual(cells[6], { first: 6, count: 1, here: 0.25, coming: true, availability: 3 })
    assert.deepEqual(pieceCells(map, 5).at(-1), { first: 9, count: 3, here: 0, coming: false, availability: 0 })
    assert.equal(pieceCells(map, 5).length, 4)
  })

  it('is told in a sentence', () => {
    assert.equal(
      pieceSummary(map),
      '6 of 12 pieces are here, 1 on their way; 1 of the missing 6 are at no connected peer.',
    )
  })
})

describe('rates of the last minutes', () => {
  it('are kept up to a number, oldest first', () => {
    const history = new RateHistory(3)
    for (let time = 0; time < 5; time++) history.add(time, time * 10, time)
    history.add(4.1, 99, 99)
    assert.deepEqual(
      [history.times, history.down, history.up],
      [
        [2, 3, 4],
        [20, 30, 40],
        [2, 3, 4],
      ],
    )
  })

  it('of peers lie on top of each other, those that moved most first, the others as one', () => {
    const rates = new PeerRates(10)
    const peer = (address: string, downloadRate: number) => ({ address, downloadRate, uploadRate: 0 })
    rates.add(0, [peer('a', 1), peer('b', 10)])
    rates.add(1, [peer('b', 10), peer('c', 5), peer('d', 2)])
    assert.deepEqual(rates.stack('down', 2), [
      { name: 'b', sums: [10, 10] },
      { name: 'c', sums: [10, 15] },
      { name: '2 others', sums: [11, 17] },
    ])
    assert.deepEqual(rates.stack('up', 2), [])
  })
})
