import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { reachableAddresses } from '../../../src/network/index.ts'
import { bareMember } from '../../support/bare-member.ts'

const reach = (theirs: readonly string[], ours: readonly string[]): string[] =>
  reachableAddresses(bareMember(theirs), ours).map(({ host }) => host)

describe('where a member is reached', () => {
  it('is the address nearest to one of ours first', () => {
    assert.deepEqual(reach(['192.168.9.8', '10.0.0.8'], ['10.0.0.7']), ['10.0.0.8', '192.168.9.8'])
    assert.deepEqual(reach(['10.0.0.8', 'fd00::8'], ['fd00::7', '10.9.0.7']), ['fd00::8', '10.0.0.8'])
  })

  it('is never an address that we have as well, as bridges for containers do', () => {
    assert.deepEqual(reach(['10.0.0.8', '172.17.0.1'], ['10.0.0.7', '172.17.0.1']), ['10.0.0.8'])
  })

  it('is our own address when it is on our machine', () => {
    assert.deepEqual(reach(['10.0.0.7', '172.17.0.1'], ['10.0.0.7', '172.17.0.1']), ['10.0.0.7', '172.17.0.1'])
  })

  it('is loopback for those alone who are there, too', () => {
    assert.deepEqual(reach(['127.0.0.1'], ['127.0.0.1']), ['127.0.0.1'])
    assert.deepEqual(reach(['127.0.0.1', '10.0.0.8'], ['10.0.0.7']), ['10.0.0.8'])
    assert.deepEqual(reach(['10.0.0.8'], ['127.0.0.1']), [])
  })

  it('is no group and no broadcast, and no way into this site from behind', () => {
    assert.deepEqual(reach(['239.0.0.1', '0.0.0.0', '255.255.255.255', 'ff02::1', '::'], ['10.0.0.7']), [])
    assert.deepEqual(reach(['fe80::1', '64:ff9b::127.0.0.1', '2002:a9fe:a9fe::1', '2002:a00:1::1'], ['10.0.0.7']), [])
  })
})
