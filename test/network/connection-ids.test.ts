import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, it } from 'node:test'
import { ConnectionIds } from '../../src/network/connection-ids.ts'

const MINUTE = 60_000
const from = { host: '10.0.0.1', port: 6881 }
const hmac = (key: Uint8Array, text: string): Buffer => createHmac('sha256', key).update(text).digest()
const ids = (secret = 'a', counted: { calls: number } = { calls: 0 }): ConnectionIds =>
  new ConnectionIds(Buffer.from(secret), (key, text) => {
    counted.calls++
    return hmac(key, text)
  })

describe('ConnectionIds', () => {
  it('is good for 2 minutes at least and 3 at most, whenever in a minute it was given', () => {
    for (const start of [0, 1, 29_999, 59_999, 127 * MINUTE, 128 * MINUTE + 5, 1e12]) {
      const id = ids().issue(from, start)
      for (const age of [0, 1, MINUTE, 2 * MINUTE]) assert.ok(ids().accepts(id, from, start + age), `${start} + ${age}`)
      for (const age of [3 * MINUTE, 4 * MINUTE, 127 * MINUTE]) {
        assert.ok(!ids().accepts(id, from, start + age), `${start} + ${age}`)
      }
    }
  })

  it('is no longer good because it was good before', () => {
    const known = ids()
    const id = known.issue(from, 0)
    assert.ok(known.accepts(id, from, 0))
    assert.ok(known.accepts(id, from, 2 * MINUTE))
    assert.ok(!known.accepts(id, from, 3 * MINUTE))
  })

  it('is good for the address it was given to, port included, and for no other', () => {
    const known = ids()
    const id = known.issue(from, 0)
    assert.ok(!known.accepts(id, { host: '10.0.0.2', port: 6881 }, 0))
    assert.ok(!known.accepts(id, { host: '10.0.0.1', port: 6882 }, 0))
    assert.ok(known.accepts(id, from, 0))
    assert.ok(!known.accepts(id, { host: '10.0.0.2', port: 6881 }, 0))
  })

  it('is not the one that another secret makes, and not from a time to come', () => {
    assert.ok(!ids('b').accepts(ids('a').issue(from, 0), from, 0))
    assert.ok(!ids().accepts(ids().issue(from, 10 * MINUTE), from, 0))
  })

  it('never starts as a request for one does, or as a message of the DHT', () => {
    for (let minute = 0; minute < 300; minute++) assert.ok(ids().issue(from, minute * MINUTE).high >= 0x80000000)
  })

  it('costs one hash for each minute of who announces much, and keeps a bounded number', () => {
    const counted = { calls: 0 }
    const known = ids('a', counted)
    const id = known.issue(from, 0)
    for (let n = 0; n < 1000; n++) known.accepts(id, from, n)
    assert.equal(counted.calls, 2)
    const others = Array.from({ length: 5000 }, (_, n) => ({ host: `10.1.${n >> 8}.${n & 255}`, port: 1 }))
    for (const other of others) assert.ok(known.accepts(known.issue(other, 0), other, 0))
    counted.calls = 0
    assert.ok(known.accepts(id, from, 0), 'forgotten, not forbidden')
    assert.equal(counted.calls, 1)
  })
})
