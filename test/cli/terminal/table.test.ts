import assert from 'node:assert/strict'
import { test } from 'node:test'
import { table } from '../../../src/cli/terminal/table.ts'

const columns = [
  { title: 'NAME', text: ({ name }: { name: string }) => name },
  { title: '#', text: ({ name }: { name: string }) => String(name.length), align: 'right' as const },
]

test('columns are as wide as their widest text, and what steers a terminal is shown', () => {
  assert.deepEqual(table([{ name: 'a' }, { name: '日本\u001b' }], columns, null), [
    'NAME        #',
    'a           1',
    '日本\\u{1b}  3',
  ])
  assert.deepEqual(table([{ name: 'abcdefgh' }], columns, 6), ['NAME …', 'abcde…'])
})

test('a table may have a row for each piece of a very large torrent', () => {
  const lines = table(
    Array.from({ length: 300_000 }, () => ({ name: 'piece' })),
    columns,
    null,
  )
  assert.equal(lines.length, 300_001)
})
