import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ClientPorts } from '../../../src/io/tcp/client-ports.ts'

test('ports are handed out in turn, and not twice while they are held', () => {
  const ports = new ClientPorts({ first: 5001, last: 5003 })
  assert.deepEqual([ports.take(), ports.take(), ports.take(), ports.take()], [5001, 5002, 5003, null])
  ports.release(5002)
  assert.equal(ports.take(), 5002)
  assert.equal(ports.held, 3)
})

test('a port that was given back waits until the others had their turn', () => {
  const ports = new ClientPorts({ first: 5001, last: 5003 })
  for (const port of [5001, 5002, 5003, 5001, 5002]) {
    assert.equal(ports.take(), port)
    ports.release(port)
  }
  assert.equal(ports.held, 0)
})

test('without a range the system chooses, any number of times', () => {
  const ports = new ClientPorts(null)
  assert.deepEqual([ports.take(), ports.take()], [0, 0])
})

test('what is no range of ports is refused', () => {
  for (const [first, last] of [
    [0, 10],
    [5, 4],
    [1, 65536],
    [1.5, 3],
  ] as const) {
    assert.throws(() => new ClientPorts({ first, last }), RangeError)
  }
})

test('another range holds for ports to come, and one that was lent before may come back', () => {
  const ports = new ClientPorts({ first: 5001, last: 5002 })
  assert.equal(ports.take(), 5001)
  ports.change({ first: 5001, last: 5003 })
  assert.deepEqual([ports.take(), ports.take(), ports.take()], [5002, 5003, null])
  ports.release(5001)
  assert.equal(ports.take(), 5001)
  assert.throws(() => ports.change({ first: 5, last: 4 }), RangeError)
  ports.change(null)
  assert.equal(ports.take(), 0)
  for (const port of [5001, 5002, 5003]) ports.release(port)
  assert.equal(ports.held, 0)
})
