import assert from 'node:assert/strict'
import { networkInterfaces } from 'node:os'
import { test } from 'node:test'
import { NearestAddress } from '../../../src/io/udp/nearest-address.ts'
import { canonicalIp } from '../../../src/protocol/ip-address.ts'

test('this machine reaches itself at its loopback address', () => {
  assert.equal(new NearestAddress().to('127.0.0.1'), '127.0.0.1')
  assert.equal(new NearestAddress().to('127.9.9.9'), '127.0.0.1')
  assert.equal(new NearestAddress().to('::1'), '::1')
})

test('each of its own addresses is nearest to itself', () => {
  const nearest = new NearestAddress()
  for (const { address, internal } of Object.values(networkInterfaces()).flatMap((list) => list ?? [])) {
    const ip = canonicalIp(address)
    if (!internal && ip !== null && !ip.startsWith('fe80:')) assert.equal(nearest.to(ip), ip)
  }
})

test('however many ask, each gets one of our addresses', () => {
  const nearest = new NearestAddress()
  for (let n = 0; n < 3000; n++) {
    const address = nearest.to(`198.51.${n >> 8}.${n & 255}`)
    assert.equal(canonicalIp(address), address)
  }
  assert.ok(canonicalIp(nearest.to('2001:db8::1')))
})
