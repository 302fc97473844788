import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isBelievable } from '../../../src/swarm/peer-list/hearsay.ts'

const LAN = '10.0.0.9'
const believed = (host: string, teller = LAN, port = 5000): boolean => isBelievable({ host, port }, teller)

test('a peer of the LAN may tell of the LAN and of the world', () => {
  for (const host of [
    '10.0.0.1',
    '172.16.0.1',
    '172.31.9.9',
    '192.168.1.1',
    '100.64.0.1',
    '8.8.8.8',
    'fd00::1',
    '2001:db8::1',
    '64:ff9b::8.8.8.8',
    '2002:808:808::1',
  ])
    assert.equal(believed(host), true, host)
})

test('a peer of the world may tell of the world, and not of the LAN', () => {
  assert.equal(believed('9.9.9.9', '8.8.8.8'), true)
  assert.equal(believed('2001:db8::1', '8.8.8.8'), true)
  for (const host of ['10.0.0.1', '172.16.0.1', '192.168.1.1', '100.64.0.1', 'fd00::1', '169.254.1.1', '127.0.0.1'])
    assert.equal(believed(host, '8.8.8.8'), false, host)
})

test('only a peer of this machine may tell of this machine', () => {
  assert.equal(believed('127.0.0.1', '127.0.0.1'), true)
  assert.equal(believed('::1', '127.0.0.1'), true)
  assert.equal(believed('10.0.0.1', '127.0.0.1'), true)
  assert.equal(believed('127.0.0.1'), false)
  assert.equal(believed('::1'), false)
})

test('only a peer of the link may tell of its link-local addresses', () => {
  assert.equal(believed('169.254.1.1', '169.254.7.7'), true)
  assert.equal(believed('169.254.1.1'), false)
})

test('nobody is believed about where nobody can be', () => {
  const nowhere = ['0.0.0.0', '0.1.2.3', '224.0.0.1', '239.192.152.143', '240.0.0.1', '255.255.255.255']
  const nowhere6 = ['::', '::2', 'ff02::1', 'ff15::efc0:988f', 'fe80::1', 'lab-7', '']
  // By a translator, or a 6to4 router, to this machine, to its link and to its site.
  const roundabout = ['64:ff9b::127.0.0.1', '64:ff9b::a9fe:a9fe', '2002:7f00:1::1', '2002:a00:1::', '2002:c0a8:101::5']
  for (const teller of [LAN, '127.0.0.1', '8.8.8.8'])
    for (const host of [...nowhere, ...nowhere6, ...roundabout])
      assert.equal(believed(host, teller), false, `${host} by ${teller}`)
})

test('ports below 1024, and what is none, are not believed', () => {
  for (const port of [0, 1, 22, 80, 443, 1023, 65_536, -1])
    assert.equal(believed('10.0.0.1', LAN, port), false, `${port}`)
  for (const port of [1024, 65_535]) assert.equal(believed('10.0.0.1', LAN, port), true)
})
