import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { ANYWHERE, readAsStream, takeOver } from '../../../src/io/tcp/fast-socket.ts'
import type { Inlet } from '../../../src/io/tcp/fast-socket.ts'
import { connectSocket, readToEnd, serveSockets } from './peer-ends.ts'

/** An accepted socket that has read one byte and is at rest, and its other end. */
async function acceptOne(t: TestContext): Promise<{ accepted: Socket; other: Socket }> {
  const { promise, resolve } = Promise.withResolvers<Socket>()
  const port = await serveSockets(t, resolve)
  const other = await connectSocket(t, port)
  other.write('1')
  const accepted = await promise
  await once(accepted, 'data')
  accepted.pause()
  return { accepted, other }
}

/** Both ways do the same, so that the listener needs not know which one it got. */
const ways = {
  'a socket that was taken over': (accepted: Socket, inlet: Inlet): Socket => {
    const socket = takeOver(accepted, inlet)
    assert.ok(socket !== null, 'this Node has what it takes')
    assert.notEqual(socket, accepted)
    return socket
  },
  'a socket that reads as a stream': (accepted: Socket, inlet: Inlet): Socket => {
    return readAsStream(accepted, inlet).resume()
  },
}

for (const [name, way] of Object.entries(ways)) {
  test(`${name} receives what follows, and sends`, async (t) => {
    const { accepted, other } = await acceptOne(t)
    const received: Buffer[] = []
    const inlet: Inlet = {
      receive: (bytes) => {
        received.push(Buffer.from(bytes))
        return true
      },
      place: ANYWHERE,
    }
    const socket = way(accepted, inlet)
    t.after(() => socket.destroy())
    socket.write('hello')
    const [answer] = (await once(other, 'data')) as [Buffer]
    assert.equal(answer.toString(), 'hello')
    other.end('2345')
    await once(socket, 'end')
    assert.equal(Buffer.concat(received).toString(), '2345')
  })

  test(`${name} stops reading when it is told so, until it is resumed`, async (t) => {
    const { accepted, other } = await acceptOne(t)
    let length = 0
    const paused = Promise.withResolvers<void>()
    const inlet: Inlet = {
      receive: (bytes) => {
        length += bytes.length
        paused.resolve()
        return false
      },
      place: ANYWHERE,
    }
    const socket = way(accepted, inlet)
    t.after(() => socket.destroy())
    const total = 32 * 1024 * 1024
    other.end(Buffer.alloc(total))
    await paused.promise
    const before = length
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
    assert.equal(length, before)
    inlet.receive = (bytes) => {
      length += bytes.length
      return true
    }
    socket.resume()
    await once(socket, 'end')
    assert.equal(length, total)
  })

  test(`${name} ends the connection when it is destroyed`, async (t) => {
    const { accepted, other } = await acceptOne(t)
    const socket = way(accepted, { receive: () => true, place: ANYWHERE })
    const ended = readToEnd(other)
    socket.destroy()
    await Promise.all([once(socket, 'close'), ended])
  })
}

test('what arrives is read to the place it was asked for, and no further', async (t) => {
  const { accepted, other } = await acceptOne(t)
  const place = Buffer.from(new SharedArrayBuffer(8)).subarray(2, 6)
  const reads: string[] = []
  const inlet: Inlet = {
    receive: (bytes) => {
      reads.push(`${bytes.buffer === place.buffer ? 'there' : 'elsewhere'} ${bytes.toString()}`)
      return true
    },
    place: () => (reads.length === 1 ? place : null),
  }
  const socket = takeOver(accepted, inlet)
  assert.ok(socket !== null)
  t.after(() => socket.destroy())
  other.write('first')
  while (reads.length === 0) await new Promise(setImmediate)
  other.end('placed, and the rest')
  await once(socket, 'end')
  assert.deepEqual(reads, ['elsewhere first', 'there plac', 'elsewhere ed, and the rest'])
  assert.equal(Buffer.from(place.buffer).toString(), '\0\0plac\0\0')
})

test('a socket without the native parts is left as it is', async (t) => {
  const { accepted } = await acceptOne(t)
  const owner = accepted as unknown as { _handle: object | null }
  const handle = owner._handle
  owner._handle = { readStop: true }
  assert.equal(takeOver(accepted, { receive: () => true, place: ANYWHERE }), null)
  owner._handle = handle
  assert.equal(accepted.destroyed, false)
})
