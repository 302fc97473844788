import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressScope, farthestScope, leadsInward } from '../../../src/io/http/address-scope.ts'

const NEVER = [
  '0.0.0.0',
  '0.1.2.3',
  '169.254.169.254',
  '224.0.0.1',
  '239.255.255.255',
  '255.255.255.255',
  '100.100.100.200',
  '::',
  '::7f00:1',
  'fe80::1',
  'fe80::1%eth0',
  'febf::1',
  'ff02::1',
  'fd00:ec2::254',
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  '::ffff:0.0.0.0',
  // Ways into IPv4 that end in this site, or at secrets: a translator's (RFC 6052), and a 6to4 router's (RFC 3056).
  '64:ff9b::127.0.0.1',
  '64:ff9b::10.0.0.1',
  '64:ff9b::a9fe:a9fe',
  '2002:7f00:1::',
  '2002:a00:1::1',
  '2002:a9fe:a9fe::1',
  '2002:c0a8:101:5:6:7:8:9',
  '127.1',
  '0x7f.0.0.1',
  'localhost',
  '',
]

test('an address reaches as far as its network', () => {
  const scopes = {
    public: [
      '8.8.8.8',
      '172.32.0.1',
      '100.128.0.1',
      '2001:4860:4860::8888',
      '::ffff:8.8.8.8',
      '64:ff9b::8.8.8.8',
      '2002:808:808::1',
    ],
    private: ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', 'fd00::1', '::ffff:10.0.0.1'],
    loopback: ['127.0.0.1', '127.255.0.1', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1', '0:0:0:0:0:0:0:1'],
    never: NEVER,
  } as const
  for (const [scope, addresses] of Object.entries(scopes)) {
    for (const address of addresses) assert.equal(addressScope(address), scope, address)
  }
})

test('going from farther away to nearer is going inward', () => {
  assert.equal(leadsInward('public', 'private'), true)
  assert.equal(leadsInward('private', 'loopback'), true)
  assert.equal(leadsInward('private', 'private'), false)
  assert.equal(leadsInward('loopback', 'public'), false)
})

test('the farthest of some addresses counts', () => {
  assert.equal(farthestScope(['10.0.0.1', '8.8.8.8', '127.0.0.1']), 'public')
  assert.equal(farthestScope(['127.0.0.1', '10.0.0.1']), 'private')
  assert.equal(farthestScope([]), 'never')
})
