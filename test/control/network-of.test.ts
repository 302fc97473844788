import assert from 'node:assert/strict'
import { test } from 'node:test'
import { networkOf } from '../../src/control/network-of.ts'

test('a foreign network of IPv6 is one caller, and IPv4 in IPv6 is IPv4', () => {
  const here = '2001:db8:9:9::1'
  assert.equal(networkOf('2001:db8:1:2::7', here), networkOf('2001:db8:1:2:ffff::1', here))
  assert.notEqual(networkOf('2001:db8:1:2::7', here), networkOf('2001:db8:1:3::7', here))
  assert.equal(networkOf('::ffff:10.0.0.1', '::ffff:10.0.0.9'), networkOf('10.0.0.1'))
  assert.notEqual(networkOf('10.0.0.1', '10.0.0.9'), networkOf('10.0.0.2', '10.0.0.9'))
})

test('the machines of our own network of IPv6 are a caller each: one does not use up what all the lab has', () => {
  for (const network of ['fd00:1:2:3', 'fe80:0:0:0']) {
    const here = `${network}::1`
    assert.notEqual(networkOf(`${network}::7`, here), networkOf(`${network}::8`, here))
    assert.equal(networkOf(`${network}::7`, here), networkOf(`${network}:0:0:0:7`, here))
  }
})
