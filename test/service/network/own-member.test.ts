import assert from 'node:assert/strict'
import os, { type NetworkInterfaceInfo } from 'node:os'
import { describe, it } from 'node:test'
import { peerIdFromBytes } from '../../../src/protocol/index.ts'
import { listenAddresses, OwnMember } from '../../../src/service/network/own-member.ts'

const interfaceAt = (address: string, internal = false): NetworkInterfaceInfo => {
  const common = { address, netmask: '', mac: '', internal, cidr: null }
  return address.includes(':') ? { ...common, family: 'IPv6', scopeid: 0 } : { ...common, family: 'IPv4' }
}
const LAB = {
  lo: [interfaceAt('127.0.0.1', true), interfaceAt('::1', true)],
  eth0: [interfaceAt('fe80::1'), interfaceAt('2001:db8::7'), interfaceAt('10.0.0.7')],
  wlan0: [interfaceAt('192.168.1.7')],
}

describe('the addresses that a member tells', () => {
  it('are those that its socket takes: of IPv4 alone when it listens at 0.0.0.0', () => {
    assert.deepEqual(listenAddresses('0.0.0.0', LAB), ['10.0.0.7', '192.168.1.7'])
    for (const host of ['::', undefined])
      assert.deepEqual(listenAddresses(host, LAB), ['10.0.0.7', '192.168.1.7', '2001:db8::7'])
    assert.deepEqual(listenAddresses('192.168.1.7', LAB), ['192.168.1.7'])
  })

  it('are that of the machine itself when there is no network, and never more than a record holds', () => {
    assert.deepEqual(listenAddresses('0.0.0.0', { lo: LAB.lo, eth0: [interfaceAt('2001:db8::7')] }), ['127.0.0.1'])
    const many = Array.from({ length: 20 }, (_, n) => interfaceAt(`10.0.0.${n}`))
    assert.equal(listenAddresses('0.0.0.0', { eth0: many }).length, 8)
  })

  it('are those of before while the system does not tell, as without a file descriptor', (t) => {
    const peerId = peerIdFromBytes(Buffer.alloc(20))
    const own = new OwnMember({ host: '0.0.0.0', peerId, peerPort: () => 5000, apiPort: 0 })
    const before = own.addresses(0)
    t.mock.method(os, 'networkInterfaces', () => {
      throw new Error('A system error occurred: uv_interface_addresses returned EMFILE')
    })
    assert.deepEqual(own.addresses(60_000), before)
  })
})
