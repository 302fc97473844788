import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { monotonicNow } from '../../../src/io/clock.ts'
import { dialPeer } from '../../../src/io/tcp/dial-peer.ts'
import type { PeerConnection } from '../../../src/io/tcp/peer-connection.ts'
import { encodeHandshake, encodeMessage, encodePieceHeader, ProtocolError } from '../../../src/protocol/index.ts'
import {
  anyPort,
  connectPeers,
  connectSocket,
  listenForPeers,
  OUR_HANDSHAKE,
  serveSockets,
  THEIR_HANDSHAKE,
} from './peer-ends.ts'
import { RecordingSink } from './recording-sink.ts'

const MIB = 1024 * 1024
const BLOCK = 16384

const have = (index: number): Buffer => encodeMessage({ type: 'have', index })

test('both ends know each other, and messages arrive in order', async (t) => {
  const { caller, called } = await connectPeers(t)
  assert.deepEqual([caller.handshake, called.handshake], [OUR_HANDSHAKE, THEIR_HANDSHAKE])
  assert.deepEqual([caller.outbound, called.outbound], [true, false])
  assert.deepEqual(caller.remote, called.local)
  assert.deepEqual(caller.local, called.remote)
  const sink = new RecordingSink(called)
  caller.send(have(1))
  caller.send(have(2))
  caller.flush()
  await sink.next()
  while (sink.messages.length < 2) await sink.next()
  assert.deepEqual(sink.messages, [
    { type: 'have', index: 1 },
    { type: 'have', index: 2 },
  ])
  assert.equal(called.bytesReceived, 68 + 18)
  assert.equal(caller.bytesSent, 68 + 18)
})

test('nothing goes out before it is flushed, then all of it in one piece', async (t) => {
  const { caller, called } = await connectPeers(t)
  const sink = new RecordingSink(called)
  for (let index = 0; index < 100; index++) caller.send(have(index))
  assert.equal(caller.queuedBytes, 900)
  assert.equal(caller.bytesSent, 68)
  caller.flush()
  while (sink.messages.length < 100) await sink.next()
  await new Promise(setImmediate)
  assert.equal(sink.batches, 1)
  assert.equal(caller.queuedBytes, 0)
})

test('what came with the handshake is told after a sink is attached, and what follows comes after it', async (t) => {
  const port = await serveSockets(t, (socket) => {
    socket.write(Buffer.concat([encodeHandshake(OUR_HANDSHAKE), have(1), have(2).subarray(0, 5)]))
    socket.once('data', () => socket.write(have(2).subarray(5)))
  })
  const address = { host: '127.0.0.1', port }
  const connection = await dialPeer({ address, ours: THEIR_HANDSHAKE, clientPorts: anyPort() })
  t.after(() => connection.close())
  await new Promise(setImmediate)
  const sink = new RecordingSink()
  connection.attach(sink)
  assert.equal(sink.messages.length, 0, 'not from inside attach')
  while (sink.messages.length < 2) await sink.next()
  assert.deepEqual(
    sink.messages.map((message) => message.type === 'have' && message.index),
    [1, 2],
  )
})

for (const block of [16 * 1024, 512 * 1024]) {
  test(`64 MiB arrive as they were sent, in blocks of ${block} bytes, through a bounded queue`, {
    timeout: 120_000,
  }, async (t) => {
    const { caller, called } = await connectPeers(t)
    const total = 64 * MIB
    const source = Buffer.alloc(total)
    for (let at = 0; at < total; at += 4) source.writeUInt32LE((at * 2654435761) >>> 0, at)
    const target = Buffer.alloc(total)

    const receiver = new RecordingSink()
    const { promise: arrived, resolve } = Promise.withResolvers<void>()
    let received = 0
    receiver.blockStart = (index, begin, length) => target.subarray(index * MIB + begin, index * MIB + begin + length)
    receiver.blockEnd = (_index, _begin, length, taken) => {
      assert.equal(taken, true)
      received += length
      if (received === total) resolve()
    }
    called.attach(receiver)

    const sender = new RecordingSink(caller)
    let sent = 0
    let done = 0
    let mostQueued = 0
    const fill = (): void => {
      for (; sent < total && caller.queuedBytes < MIB; sent += block) {
        const header = encodePieceHeader(Math.floor(sent / MIB), sent % MIB, block)
        caller.sendBlock(header, source.subarray(sent, sent + block), () => done++)
      }
      mostQueued = Math.max(mostQueued, caller.queuedBytes)
      caller.flush()
    }
    sender.onWritable = fill
    fill()
    await arrived

    assert.equal(source.equals(target), true)
    assert.equal(done, total / block)
    assert.equal(sender.writableBytes, total)
    assert.ok(mostQueued < 2 * MIB)
    assert.equal(called.bytesReceived, 68 + total + 13 * (total / block))
  })
}

test('most of a long block is read to its place, and nothing of a short one', async (t) => {
  const { caller, called } = await connectPeers(t)
  const lengths = [512 * 1024, 512 * 1024, 16 * 1024]
  const receiver = new RecordingSink()
  const { promise: arrived, resolve } = Promise.withResolvers<void>()
  /** Where the places that were asked for began. */
  const places = lengths.map((): number[] => [])
  receiver.blockStart = (index, _begin, length) => {
    const target = Buffer.alloc(length)
    const subarray = target.subarray.bind(target)
    target.subarray = (start, end) => {
      assert.equal(end, length)
      places[index]?.push(start ?? 0)
      return subarray(start, end)
    }
    return target
  }
  receiver.blockEnd = (index) => {
    if (index === lengths.length - 1) resolve()
  }
  called.attach(receiver)
  for (const [index, length] of lengths.entries()) {
    caller.sendBlock(encodePieceHeader(index, 0, length), Buffer.alloc(length, index + 1), () => {})
  }
  caller.flush()
  await arrived
  // A read takes 128 KiB at most where no place is known.
  for (const starts of places.slice(0, 2)) assert.ok((starts[0] ?? Infinity) <= 128 * 1024, String(starts))
  assert.deepEqual(places[2], [])
})

test('long blocks, wanted and not, come between messages and short blocks, each to where it belongs', async (t) => {
  const { caller, called } = await connectPeers(t)
  const lengths = [300_000, 524_288, 70_000, 16_384, 524_288, 524_288, 1, 65_536, 66_559, 66_560, 200_000]
  const blocks = lengths.map((length, index) => Buffer.alloc(length, index + 1))
  const receiver = new RecordingSink()
  const { promise: arrived, resolve } = Promise.withResolvers<void>()
  const targets = new Map<number, Buffer>()
  const ends: string[] = []
  receiver.blockStart = (index, _begin, length) => {
    if (index % 5 === 4) return null
    targets.set(index, Buffer.alloc(length))
    return targets.get(index) ?? null
  }
  receiver.blockEnd = (index, _begin, length, taken) => {
    assert.equal(taken, index % 5 !== 4)
    ends.push(`${index}: ${length}`)
    assert.deepEqual(receiver.messages.length, index % 3 === 0 ? index + 1 : index)
    if (ends.length === lengths.length) resolve()
  }
  called.attach(receiver)
  for (const [index, block] of blocks.entries()) {
    if (index % 3 === 0) caller.send(have(index))
    caller.sendBlock(encodePieceHeader(index, 0, block.length), block, () => {})
    if (index % 3 !== 0) caller.send(have(index))
  }
  caller.flush()
  await arrived
  assert.deepEqual(
    ends,
    lengths.map((length, index) => `${index}: ${length}`),
  )
  for (const [index, target] of targets) assert.equal(target.equals(blocks[index] ?? target), true, `block ${index}`)
})

test('says of a write that took its time when it began', { timeout: 60_000 }, async (t) => {
  const { caller, called } = await connectPeers(t)
  const sender = new RecordingSink(caller)
  // More than the system keeps for who reads nothing.
  const block = Buffer.alloc(BLOCK)
  const before = monotonicNow()
  for (let at = 0; at < 64 * MIB; at += BLOCK) {
    caller.sendBlock(encodePieceHeader(Math.floor(at / MIB), at % MIB, BLOCK), block, () => {})
  }
  caller.flush()
  const flushed = monotonicNow()
  const written = new Promise<number>((resolve) => {
    sender.onWritable = (_bytes, begunAt) => resolve(begunAt)
  })
  await new Promise(setImmediate)
  assert.equal(sender.writableBytes, 0, 'it waits for its reader')
  called.attach(new RecordingSink())
  const begunAt = await written
  assert.ok(begunAt >= before && begunAt <= flushed, `flushed from ${before} to ${flushed}, begun at ${begunAt}`)
})

test('a length prefix of 4 GiB ends the connection at once', async (t) => {
  const { port, next } = await listenForPeers(t)
  const socket = await connectSocket(t, port)
  const accepted = next()
  socket.write(Buffer.concat([encodeHandshake(THEIR_HANDSHAKE), Buffer.from('ffffffff', 'hex')]))
  const sink = new RecordingSink(await accepted)
  const { reason, error } = await sink.ended
  assert.equal(reason, 'frame-too-large')
  assert.ok(error instanceof ProtocolError)
})

test('an exception of the sink ends that connection as a bug, and no other', async (t) => {
  const broken = await connectPeers(t)
  const healthy = await connectPeers(t)
  const sinks = [new RecordingSink(broken.called), new RecordingSink(healthy.called)] as const
  const otherEnd = new RecordingSink(broken.caller)
  const mistake = new TypeError('our mistake')
  sinks[0].onMessage = () => {
    throw mistake
  }
  broken.caller.send(Buffer.concat([have(1), have(2)]))
  broken.caller.flush()
  assert.deepEqual(await sinks[0].ended, { reason: 'bug', error: mistake })
  assert.equal(sinks[0].messages.length, 1)
  assert.equal(sinks[0].batches, 0)
  assert.equal((await otherEnd.ended).reason, 'remote-closed')
  healthy.caller.send(have(3))
  healthy.caller.flush()
  assert.deepEqual(await sinks[1].next(), { type: 'have', index: 3 })
})

test("a rule that the sink finds broken is the connection's close reason", async (t) => {
  const { caller, called } = await connectPeers(t)
  const sink = new RecordingSink(called)
  sink.onMessage = () => {
    throw new ProtocolError('invalid-bitfield', 'spare bits are set')
  }
  caller.send(have(1))
  caller.flush()
  assert.equal((await sink.ended).reason, 'invalid-bitfield')
})

test('who closes from inside a callback hears nothing more', async (t) => {
  const { caller, called } = await connectPeers(t)
  const sink = new RecordingSink(called)
  sink.onMessage = () => called.close()
  const otherEnd = new RecordingSink(caller)
  caller.send(Buffer.concat([have(1), have(2)]))
  caller.flush()
  await otherEnd.ended
  assert.equal(sink.messages.length, 1)
  assert.equal(sink.batches, 0)
  assert.deepEqual(sink.endings, [])
  called.close()
})

test('an end before a sink is attached is told to the sink when it is', async (t) => {
  const { caller, called } = await connectPeers(t)
  caller.close()
  const sink = new RecordingSink()
  called.attach(sink)
  assert.equal((await sink.ended).reason, 'remote-closed')
  assert.equal(sink.endings.length, 1)
})

test('a reset by the other side is its leaving', async (t) => {
  const { port, next } = await listenForPeers(t)
  const socket = await connectSocket(t, port)
  const accepted = next()
  socket.write(encodeHandshake(THEIR_HANDSHAKE))
  const sink = new RecordingSink(await accepted)
  socket.resetAndDestroy()
  assert.equal((await sink.ended).reason, 'remote-closed')
})

/** A connection to a peer that has stopped reading, with more queued than the system takes. */
async function connectionThatIsStuck(t: TestContext): Promise<{
  connection: PeerConnection
  socket: Socket
  blocks: number
  done: Map<number, number>
}> {
  const { port, next } = await listenForPeers(t)
  const socket = await connectSocket(t, port)
  const accepted = next()
  socket.write(encodeHandshake(THEIR_HANDSHAKE))
  const connection = await accepted
  const done = new Map<number, number>()
  const blocks = 128
  const block = Buffer.alloc(MIB)
  for (let at = 0; at < blocks; at++) {
    connection.sendBlock(encodePieceHeader(at, 0, MIB), block, () => done.set(at, (done.get(at) ?? 0) + 1))
    // Some are on their way, more than any system takes; some wait behind those; some are not flushed.
    if (at % 60 === 0) connection.flush()
  }
  return { connection, socket, blocks, done }
}

test('a peer that does not read is seen by what is queued and since when', async (t) => {
  const { connection } = await connectionThatIsStuck(t)
  await new Promise(setImmediate)
  const { queuedBytes, lastDrainAt } = connection
  assert.ok(queuedBytes > 100 * MIB)
  await new Promise(setImmediate)
  assert.deepEqual([connection.queuedBytes, connection.lastDrainAt], [queuedBytes, lastDrainAt])
})

test('closing gives each block back once, whether it was sent, under way, or not flushed', async (t) => {
  const { connection, blocks, done } = await connectionThatIsStuck(t)
  await new Promise(setImmediate)
  connection.close()
  connection.sendBlock(encodePieceHeader(0, 0, 1), Buffer.alloc(1), () => done.set(blocks, 1))
  assert.equal(done.has(blocks), false, 'not from inside sendBlock')
  while (done.size < blocks + 1) await new Promise(setImmediate)
  await new Promise(setImmediate)
  assert.deepEqual(
    [...done.values()],
    Array.from({ length: blocks + 1 }, () => 1),
  )
  assert.equal(connection.queuedBytes, 0)
})

test('the end of the other side gives each block back once', async (t) => {
  const { connection, socket, blocks, done } = await connectionThatIsStuck(t)
  const sink = new RecordingSink(connection)
  socket.resetAndDestroy()
  assert.equal((await sink.ended).reason, 'remote-closed')
  while (done.size < blocks) await new Promise(setImmediate)
  await new Promise(setImmediate)
  assert.deepEqual(
    [...done.values()],
    Array.from({ length: blocks }, () => 1),
  )
})

test('a mistake in a done callback is contained, and the other blocks are given back', async (t) => {
  const { caller, called } = await connectPeers(t)
  called.attach(new RecordingSink())
  const sink = new RecordingSink(caller)
  let done = 0
  caller.sendBlock(encodePieceHeader(0, 0, 1), Buffer.alloc(1), () => {
    throw new TypeError('our mistake')
  })
  caller.sendBlock(encodePieceHeader(0, 1, 1), Buffer.alloc(1), () => done++)
  caller.flush()
  assert.equal((await sink.ended).reason, 'bug')
  assert.equal(done, 1)
})

test('a second sink is refused', async (t) => {
  const { caller } = await connectPeers(t)
  caller.attach(new RecordingSink())
  assert.throws(() => caller.attach(new RecordingSink()), /attached already/)
})
