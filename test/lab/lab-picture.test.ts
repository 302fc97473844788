import assert from 'node:assert/strict'
import { test } from 'node:test'
import { progressLine, progressTable, summary, type LabRow } from './lab-picture.ts'

const row = (peer: number, changes: Partial<LabRow> = {}): LabRow => ({
  peer,
  address: `10.77.0.${peer}`,
  progress: 0.5,
  state: 'downloading',
  downloadRate: 25_000_000,
  uploadRate: 1_000_000,
  downloaded: 50_000_000,
  uploaded: 25_000_000,
  connected: 2,
  seconds: null,
  ...changes,
})

const rows = [
  row(1, { progress: 1, state: 'seeding', downloaded: 0, uploaded: 75_000_000 }),
  row(2, { progress: 1, state: 'seeding', seconds: 4, downloaded: 100_000_000 }),
  row(3, { state: 'dead' }),
]

test('the table has a line for each peer, with its bar, rates and state', () => {
  assert.deepEqual(progressTable(rows, null, false), [
    'peer  address    progress                          down         up  peers  state',
    '   1  10.77.0.1  ####################  100 %  25.0 MB/s  1.00 MB/s      2  seeding',
    '   2  10.77.0.2  ####################  100 %  25.0 MB/s  1.00 MB/s      2  seeding',
    '   3  10.77.0.3  ##########----------   50 %  25.0 MB/s  1.00 MB/s      2  dead',
  ])
})

test('in a log it is one line', () => {
  assert.equal(progressLine(rows, 3.21), '   3.2 s   1: 100 %   2: 100 %   3: dead')
})

test('the summary says how long it took beside how long it has to take', () => {
  const lines = summary(rows, 100_000_000, 400)
  assert.match(lines.join('\n'), /\n1 peers fetched 100 MB; the last had all after 4\.0 s\.\n/)
  assert.match(lines.join('\n'), /one copy out: 2 s\. This was 2\.00 times that\./)
  assert.match(lines.join('\n'), /Peer 1 gave 60 % of all bytes/)
  assert.doesNotMatch(summary(rows, 100_000_000, null).join('\n'), /times that/)
})
