import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { cellWidth } from '../../../src/cli/terminal/cell-width.ts'
import { progressLines, type SwarmProgress } from '../../../src/cli/terminal/progress-lines.ts'
import { forEachSeed, seededRandom, seeds } from '../../support/seeded-random.ts'

const plain = { unicode: true, colour: false, rows: 40 }

function swarm(changes: Partial<SwarmProgress> = {}): SwarmProgress {
  return {
    name: 'lab-image.img',
    state: 'downloading',
    stateReason: 'downloading from 2 peers, 3 connected',
    length: 42_949_672_960,
    progress: 0.5,
    downloadRate: 104_857_600,
    uploadRate: 52_428_800,
    etaSeconds: 204,
    peers: [
      { address: '10.0.0.251:5000', downloadRate: 1e8, uploadRate: 5e7, downloaded: 2e10, uploaded: 1e10 },
      { address: '10.0.0.252:5000', downloadRate: 0, uploadRate: 0, downloaded: 0, uploaded: 0 },
    ],
    ...changes,
  }
}

describe('progress as lines', () => {
  it('at 80 columns has a bar for the swarm and one for each transfer, down and up', () => {
    assert.deepEqual(progressLines([swarm()], { ...plain, columns: 80 }), [
      'lab-image.img            ██████▌░░░░░░  50 % ↓  105 MB/s 3 min 20 s ↑ 52.4 MB/s',
      ' ↓ 10.0.0.251:5000       ██████░░░░░░░  46 % ↓  100 MB/s    20.0 GB',
      ' ↑ 10.0.0.251:5000       ███░░░░░░░░░░  23 % ↑ 50.0 MB/s    10.0 GB',
    ])
  })

  it('at 60 columns leaves out what is needed least', () => {
    assert.deepEqual(progressLines([swarm({ peers: [] })], { ...plain, columns: 60 }), [
      'lab-image.img       █████░░░░░  50 % ↓  105 MB/s 3 min 20 s',
    ])
  })

  it('says why nothing comes', () => {
    const stalled = swarm({
      state: 'stalled',
      stateReason: 'all of 3 peers with pieces that we lack choke us',
      peers: [],
    })
    assert.equal(
      progressLines([stalled], { ...plain, columns: 80 })[1],
      '  stalled: all of 3 peers with pieces that we lack choke us',
    )
  })

  it('draws with ASCII where the terminal has no more', () => {
    const [line] = progressLines([swarm({ peers: [] })], { ...plain, unicode: false, columns: 60 })
    assert.equal(line, 'lab-image.img       #####-----  50 % v  105 MB/s 3 min 20 s')
  })

  it('never wraps, and never has more lines than there is room for, whatever the swarms', () => {
    const names = [
      '東京タワー東京タワー東京タワー',
      '🎵'.repeat(40),
      'a\u001b[31m\u202e',
      'e\u0301'.repeat(90),
      '',
      'x'.repeat(200),
    ]
    forEachSeed(seeds(300), (seed) => {
      const random = seededRandom(seed)
      const some = (most: number): number => Math.floor(random() * (most + 1))
      const pick = <T>(of: readonly T[]): T => of[some(of.length - 1)] as T
      const amount = (): number => (random() < 0.2 ? 0 : Math.floor(10 ** (random() * 15)))
      const swarms = Array.from({ length: some(8) }, () =>
        swarm({
          name: pick(names),
          state: pick(['downloading', 'seeding', 'stalled', 'error', 'checking', 'stopped']),
          stateReason: pick(names),
          progress: pick([0, 1, random(), 1 - 1e-12]),
          length: amount(),
          downloadRate: amount(),
          uploadRate: amount(),
          etaSeconds: pick([null, amount(), 0]),
          peers: Array.from({ length: some(30) }, () => ({
            address: pick(['10.0.0.251:5000', '[fe80::1ff:fe23:4567:890a]:65535']),
            downloadRate: amount(),
            uploadRate: amount(),
            downloaded: amount(),
            uploaded: amount(),
          })),
        }),
      )
      for (const columns of [20, 60, 80, 200, 21 + some(300)]) {
        const rows = 1 + some(40)
        const lines = progressLines(swarms, { columns, rows, unicode: random() < 0.5, colour: false })
        assert.ok(lines.length <= rows, `${lines.length} lines in ${rows} rows`)
        for (const line of lines) {
          assert.ok(cellWidth(line) < Math.max(21, columns), `${cellWidth(line)} cells in ${columns}: ${line}`)
          assert.doesNotMatch(line, /[\p{Cc}\p{Cf}]/u)
        }
      }
    })
  })
})
