import assert from 'node:assert/strict'
import { it } from 'node:test'
import { Tally } from '../../src/network/tally.ts'

it('a tally counts each once, as long as it is there at all', () => {
  const tally = new Tally<string>()
  for (const one of ['a', 'b', 'a']) tally.add(one)
  assert.equal(tally.size, 2)
  tally.remove('a')
  assert.equal(tally.size, 2)
  tally.remove('a')
  tally.remove('c')
  assert.equal(tally.size, 1)
})
