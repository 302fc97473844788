import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BlockReader } from '../../../src/io/disk/block-reader.ts'
import { ReadMemory } from '../../../src/io/disk/read-memory.ts'
import { type PieceStore, StorageError } from '../../../src/swarm/ports.ts'

/** Bytes in memory; each read waits until the test lets it go on. */
class SlowStore implements PieceStore {
  readonly content: Buffer
  readonly reads: [offset: number, length: number][] = []
  #held: (() => void)[] | null = null
  failure: StorageError | null = null

  constructor(length: number) {
    this.content = Buffer.from(Array.from({ length }, (_, at) => at % 251))
  }

  hold(): void {
    this.#held = []
  }

  /** Lets the reads go on that are held now. */
  async let(): Promise<void> {
    const held = this.#held ?? []
    this.#held = []
    for (const go of held) go()
    await new Promise((resolve) => setImmediate(resolve))
  }

  async read(offset: number, target: Uint8Array): Promise<void> {
    this.reads.push([offset, target.length])
    target.set(this.content.subarray(offset, offset + target.length))
    if (this.#held !== null) await new Promise<void>((resolve) => this.#held?.push(resolve))
    if (this.failure !== null) throw this.failure
  }

  async write(): Promise<void> {}
  async sync(): Promise<void> {}
  async close(): Promise<void> {}
}

const setUp = (length: number, extents = 4, memory = new ReadMemory(extents * 100)) => {
  const store = new SlowStore(length)
  const reader = new BlockReader(store, { length, memory, extentBytes: 100, budgetBytes: extents * 100 })
  return { store, reader }
}
const take = (reader: BlockReader, offset: number, length: number) =>
  reader.get(offset, length) ?? assert.fail(`nothing at ${offset}`)

test('a block is there once it was loaded, as a view and by one read of its extent', async () => {
  const { store, reader } = setUp(1000)
  assert.equal(reader.get(110, 20), null)
  await reader.load(110, 20)
  assert.deepEqual(store.reads, [[100, 100]])
  const [one, two] = [take(reader, 110, 20), take(reader, 180, 20)]
  assert.deepEqual(one.bytes, store.content.subarray(110, 130))
  assert.deepEqual(two.bytes, store.content.subarray(180, 200))
  assert.equal(one.bytes.buffer, two.bytes.buffer)
  assert.equal(store.reads.length, 1)
})

test('an extent of which the end was handed out gives its memory to the next, unless somebody is in the midst of it again', async () => {
  const { store, reader } = setUp(1000)
  await reader.load(0, 100)
  take(reader, 80, 20).release()
  await reader.load(100, 100)
  assert.equal(reader.heldBytes, 100)
  assert.equal(reader.get(0, 20), null)

  take(reader, 180, 20).release()
  take(reader, 100, 20).release()
  await reader.load(200, 100)
  assert.equal(reader.heldBytes, 200)
  take(reader, 120, 20).release()

  const last = take(reader, 280, 20)
  await reader.load(300, 100)
  assert.equal(reader.heldBytes, 300, 'it is still being sent')
  assert.deepEqual(last.bytes, store.content.subarray(280, 300))
})

test('a block across extents comes in one piece', async () => {
  const { store, reader } = setUp(1000)
  await reader.load(150, 200)
  assert.deepEqual(take(reader, 150, 200).bytes, store.content.subarray(150, 350))
})

test('the last extent ends with the torrent, and nothing beyond is asked for', async () => {
  const { store, reader } = setUp(250)
  await reader.load(240, 10)
  assert.deepEqual(store.reads, [[200, 50]])
  assert.deepEqual(take(reader, 240, 10).bytes, store.content.subarray(240))
  assert.throws(() => reader.get(240, 11), RangeError)
  assert.throws(() => reader.get(0, 0), RangeError)
})

test('loads of one extent at the same time share one read', async () => {
  const { store, reader } = setUp(1000)
  await Promise.all([reader.load(0, 10), reader.load(50, 10), reader.load(90, 20)])
  assert.deepEqual(store.reads, [
    [0, 100],
    [100, 100],
  ])
})

test('memory stays within the budget, and what was used longest ago goes first', async () => {
  const { reader } = setUp(1000, 3)
  for (const offset of [0, 100, 200]) await reader.load(offset, 1)
  take(reader, 0, 1).release()
  await reader.load(300, 1)
  assert.equal(reader.heldBytes, 300)
  assert.equal(reader.get(100, 1), null)
  for (const offset of [0, 200, 300]) take(reader, offset, 1).release()
})

test('pinned bytes stay as they are, beyond the budget if need be, until they are released', async () => {
  const { store, reader } = setUp(1000, 2)
  const pinned = []
  for (const offset of [0, 100, 200, 300]) {
    await reader.load(offset, 100)
    pinned.push(take(reader, offset, 100))
  }
  assert.equal(reader.heldBytes, 400)
  for (const [index, block] of pinned.entries()) {
    assert.deepEqual(block.bytes, store.content.subarray(index * 100, index * 100 + 100))
  }
  for (const block of pinned) {
    block.release()
    block.release()
  }
  assert.equal(reader.heldBytes, 200)
  await reader.load(500, 1)
  assert.equal(reader.heldBytes, 200)
})

test('after a write the disk is asked again, and a block handed out before keeps its bytes', async () => {
  const { store, reader } = setUp(1000)
  await reader.load(0, 100)
  const before = take(reader, 0, 10)
  const bytes = Buffer.from(before.bytes)
  store.content.fill(0xff, 0, 100)
  reader.invalidate(50, 10)
  assert.equal(reader.get(0, 10), null)
  await reader.load(0, 100)
  assert.deepEqual(take(reader, 0, 10).bytes, Buffer.alloc(10, 0xff))
  assert.deepEqual(before.bytes, bytes)
  before.release()
})

test('what is written while it is read is read again before anyone gets it', async () => {
  const { store, reader } = setUp(1000)
  store.hold()
  const loaded = reader.load(0, 100)
  store.content.fill(0xff, 0, 100)
  reader.invalidate(0, 100)
  await store.let()
  assert.equal(reader.get(0, 10), null)
  assert.equal(store.reads.length, 2)
  await store.let()
  await loaded
  assert.deepEqual(take(reader, 0, 10).bytes, Buffer.alloc(10, 0xff))
})

test('a failed read is told to all who wait, costs no memory and is tried anew', async () => {
  const { store, reader } = setUp(1000, 2)
  store.failure = new StorageError('EIO', 'read', '/data')
  for (let round = 0; round < 5; round++) {
    const outcomes = await Promise.allSettled([reader.load(0, 300), reader.load(50, 10)])
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['rejected', 'rejected'],
    )
  }
  assert.ok(reader.heldBytes <= 200, `${reader.heldBytes} bytes`)
  store.failure = null
  await reader.load(0, 10)
  assert.deepEqual(take(reader, 0, 10).bytes, store.content.subarray(0, 10))
})

test('one failed extent of a load does not disturb the read of its neighbour', async () => {
  const { store, reader } = setUp(1000, 1)
  const read = store.read.bind(store)
  store.read = async (offset, target) => {
    if (offset === 0) throw new StorageError('EIO', 'read', '/data')
    return read(offset, target)
  }
  store.hold()
  await assert.rejects(reader.load(90, 20), StorageError)
  const joined = reader.load(100, 10)
  await store.let()
  await joined
  assert.deepEqual(take(reader, 100, 10).bytes, store.content.subarray(100, 110))
})

test('clearing gives back all memory that nobody uses', async () => {
  const { reader } = setUp(1000)
  await reader.load(0, 300)
  const pinned = take(reader, 0, 10)
  reader.clear()
  assert.equal(reader.heldBytes, 100)
  pinned.release()
  reader.clear()
  assert.equal(reader.heldBytes, 0)
})

test('a small torrent takes no more memory than it has bytes', async () => {
  const memory = new ReadMemory(1000)
  const { reader } = setUp(40, 4, memory)
  await reader.load(0, 40)
  assert.deepEqual([reader.heldBytes, memory.heldBytes], [40, 40])
})

test('readers of many torrents stay within what they have together', async () => {
  const memory = new ReadMemory(1000)
  const many = Array.from({ length: 50 }, () => setUp(1000, 4, memory))
  for (const { store, reader } of many) {
    await reader.load(0, 400)
    take(reader, 100, 100).release()
    const last = take(reader, 300, 100)
    assert.deepEqual(last.bytes, store.content.subarray(300, 400))
    last.release()
    assert.ok(memory.heldBytes <= 1000, `${memory.heldBytes} bytes`)
  }
  assert.equal(
    many.reduce((sum, { reader }) => sum + reader.heldBytes, 0),
    memory.heldBytes,
  )
})

test('of many readers at once each keeps its part, and the others what they have', async () => {
  const memory = new ReadMemory(400)
  const readers = [setUp(10_000, 4, memory), setUp(10_000, 4, memory)]
  for (let offset = 0; offset < 10_000; offset += 100) {
    for (const { reader } of readers) {
      await reader.load(offset, 100)
      take(reader, offset, 99).release()
      assert.ok(memory.heldBytes <= 400)
    }
  }
  assert.deepEqual(
    readers.map(({ reader }) => reader.heldBytes),
    [200, 200],
  )
  // Each read every extent once: nobody took what another was about to hand out.
  for (const { store } of readers) assert.equal(store.reads.length, 100)
})

test('what is in use is kept beyond what all have together, and given back with its release', async () => {
  const memory = new ReadMemory(200)
  const pinned = []
  const readers = []
  for (let nth = 0; nth < 4; nth++) {
    const { reader } = setUp(1000, 4, memory)
    await reader.load(0, 100)
    pinned.push(take(reader, 0, 100))
    readers.push(reader)
  }
  assert.equal(memory.heldBytes, 400)
  assert.ok(readers.every(({ isOverBudget }) => isOverBudget))
  for (const block of pinned) block.release()
  assert.equal(memory.heldBytes, 200)
  assert.ok(!readers.some(({ isOverBudget }) => isOverBudget))
})

test('what nobody asks for any more is given back', async () => {
  const memory = new ReadMemory(1000)
  const [asked, idle] = [setUp(1000, 4, memory), setUp(1000, 4, memory)]
  for (const { reader } of [asked, idle]) await reader.load(0, 100)
  memory.rest()
  take(asked.reader, 0, 10).release()
  memory.rest()
  assert.deepEqual([asked.reader.heldBytes, idle.reader.heldBytes, memory.heldBytes], [100, 0, 100])
})
