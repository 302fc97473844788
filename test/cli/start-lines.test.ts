import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { NetworkInterfaceInfo } from 'node:os'
import { connectionLine, reachableAddress, startLines } from '../../src/cli/start-lines.ts'
import { FakeService, fakeSwarm } from '../support/fake-service.ts'

const identity = new FakeService().identity()
type Status = ReturnType<typeof fakeSwarm>['status']

function firstLine(...statuses: readonly Status[]): string | undefined {
  const swarms = statuses.map((status, index) => fakeSwarm(index, { status }))
  return startLines(identity, swarms, '10.0.0.248', 'http://127.0.0.1:5080')[0]
}

test('a peer says who it is, where it listens and where its API is', () => {
  const swarms = [fakeSwarm(1, { status: 'seeder' }), fakeSwarm(2), fakeSwarm(3)]
  assert.deepEqual(startLines(identity, swarms, '10.0.0.248', 'http://127.0.0.1:5080'), [
    'Peer 6d223864-6a3b-4f2e-9a55-0b1e8f2d7c11 (seeder of 1, peer in 2 swarms)',
    'Listening for peers and tracker requests at 10.0.0.248:5000',
    'API and web page at http://127.0.0.1:5080',
  ])
  assert.match(startLines(identity, [], 'fe80::1', '')[1] ?? '', / at \[fe80::1\]:5000$/)
})

test('its roles are counted', () => {
  assert.match(firstLine() ?? '', /\(no swarms yet\)$/)
  assert.match(firstLine('seeder') ?? '', /\(seeder of 1 swarm\)$/)
  assert.match(firstLine('leech', 'leech') ?? '', /\(leech in 2 swarms\)$/)
  assert.match(firstLine('leech', 'seeder', 'peer', 'seeder') ?? '', /\(seeder of 2, peer in 1, leech in 1 swarm\)$/)
})

test('the address to tell is that of a network card, when all are listened on', () => {
  const card = (address: string, internal: boolean) => [{ address, internal, family: 'IPv4' } as NetworkInterfaceInfo]
  const interfaces = { lo: card('127.0.0.1', true), eth0: card('10.0.0.248', false) }
  assert.equal(reachableAddress('0.0.0.0', interfaces), '10.0.0.248')
  assert.equal(reachableAddress('::', interfaces), '10.0.0.248')
  assert.equal(reachableAddress('10.0.0.7', interfaces), '10.0.0.7')
  assert.equal(reachableAddress('0.0.0.0', { lo: card('127.0.0.1', true) }), '127.0.0.1')
  const ipv6 = ['fe80::1', 'fd77::1'].map(
    (address) => ({ ...card(address, false)[0], family: 'IPv6' }) as NetworkInterfaceInfo,
  )
  assert.equal(reachableAddress('::', { eth0: ipv6 }), 'fd77::1')
  assert.equal(reachableAddress('0.0.0.0', { eth0: ipv6 }), '127.0.0.1')
  assert.equal(reachableAddress('::', { eth0: [...ipv6, ...card('10.0.0.248', false)] }), '10.0.0.248')
})

test('a connection is told with the socket it uses', () => {
  const fields = { socket: 5001, peer: '10.0.0.251:5000' }
  assert.equal(
    connectionLine('peer.connected', { ...fields, direction: 'outbound' }),
    'Socket 5001 connected to peer 10.0.0.251:5000',
  )
  assert.equal(
    connectionLine('peer.connected', { ...fields, direction: 'inbound' }),
    'Peer 10.0.0.251:5000 connected to us',
  )
  assert.equal(connectionLine('peer.closed', fields), null)
  assert.equal(connectionLine('peer.connected', {}), null)
})
