import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pickSwarm } from '../../../src/cli/client/find-swarm.ts'
import { fakeSwarm } from '../../support/fake-service.ts'

const hash = (beginning: string) => beginning.padEnd(40, '0')
const swarm = (infoHash: string, name: string) => ({ ...fakeSwarm(1), infoHash: hash(infoHash), name })

test('a word that is the name of one swarm and the beginning of another info hash is refused: it may be there to be removed', () => {
  const swarms = [swarm('beef1', 'other'), swarm('1', 'beef')]
  assert.throws(() => pickSwarm(swarms, 'beef'), /^ClientError: beef can be 2 swarms: beef1.*; give more/)
  assert.equal(pickSwarm(swarms, 'beef1').name, 'other')
  assert.equal(pickSwarm(swarms, hash('1')).name, 'beef')
})

test('a whole info hash is never a name', () => {
  const swarms = [swarm('1', hash('2')), swarm('2', 'mine')]
  assert.equal(pickSwarm(swarms, hash('2')).name, 'mine')
  assert.equal(pickSwarm([swarm('1', hash('2'))], hash('2')).infoHash, hash('1'))
})

test('a swarm that is both by its own name is one', () => {
  assert.equal(pickSwarm([swarm('beef', 'beef')], 'beef').name, 'beef')
})
