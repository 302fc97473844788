import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DurablePieces, NotDurableError } from '../../../src/io/disk/durable-pieces.ts'
import { ResumeJournal } from '../../../src/io/disk/resume-journal.ts'
import { readStateFile, removeStateFile, writeStateFile } from '../../../src/io/disk/state-file.ts'
import { infoHashFromBytes } from '../../../src/protocol/ids.ts'
import { CrashDisk, CrashStore, type Fate, seeded } from '../../support/crash-store.ts'

const PIECES = 64
/** No multiple of a disk block: neighbours share blocks. */
const PIECE_LENGTH = 5000
const PIECES_A_FLUSH = 6
const REWRITE_AT = 40
const DATA = '/root/data'
const JOURNAL = '/root/journal'
const infoHash = infoHashFromBytes(Buffer.alloc(20, 0xab))
const fates: readonly Fate[] = ['lost', 'kept', ...Array.from({ length: 14 }, (_, seed) => seed)]

const content = Buffer.alloc(PIECES * PIECE_LENGTH)
const random = seeded(4711)
for (let at = 0; at < content.length; at++) content[at] = 1 + Math.floor(random() * 255)

const piece = (index: number): Buffer => content.subarray(index * PIECE_LENGTH, (index + 1) * PIECE_LENGTH)
const openJournal = (disk: CrashDisk) => ResumeJournal.open(JOURNAL, { infoHash, pieceCount: PIECES, calls: disk })

function emptyDisk(): CrashDisk {
  const disk = new CrashDisk()
  disk.addFile(DATA, Buffer.alloc(content.length))
  return disk
}

type Record = (store: CrashStore, journal: ResumeJournal) => DurablePieces
const inOrder: Record = (store, journal) =>
  new DurablePieces({ store, journal, maxUnsyncedBytes: PIECES_A_FLUSH * PIECE_LENGTH, maxDelayMs: 1e9 })

/** Fetches what is missing, until it is done or the power fails. Returns what was said to be durable meanwhile. */
async function download(disk: CrashDisk, record: Record = inOrder): Promise<Set<number>> {
  const promised = new Set<number>()
  try {
    const store = new CrashStore(disk, DATA)
    const { journal, have } = await openJournal(disk)
    for (const index of have.indices()) promised.add(index)
    const durable = record(store, journal)
    const flush = async (): Promise<void> => {
      for (const index of await durable.flush()) promised.add(index)
    }
    const order = seeded(PIECES)
    const missing = Array.from({ length: PIECES }, (_, index) => index)
      .filter((index) => !have.has(index))
      // Piece 0 comes last: it is the one that zeros in a torn record would name.
      .map((index) => ({ index, rank: index === 0 ? 1 : order() }))
      .sort((a, b) => a.rank - b.rank)
    for (const [at, { index }] of missing.entries()) {
      await store.write(index * PIECE_LENGTH, piece(index))
      durable.wrote(index, PIECE_LENGTH, 0)
      if (durable.due(0)) await flush()
      if (at === REWRITE_AT) {
        for (const done of promised) have.set(done)
        await journal.rewrite(have)
      }
    }
    await flush()
    await journal.close()
  } catch (error) {
    if (!disk.isOff) throw error
  }
  return promised
}

interface Recovered {
  readonly have: readonly number[]
  readonly wrong: readonly number[]
  readonly forgotten: readonly number[]
}

async function recover(disk: CrashDisk, promised: ReadonlySet<number>): Promise<Recovered> {
  const { have } = await openJournal(disk)
  const data = disk.content(DATA) ?? assert.fail('the data file is gone')
  const right = (index: number): boolean =>
    data.subarray(index * PIECE_LENGTH, (index + 1) * PIECE_LENGTH).equals(piece(index))
  return {
    have: [...have.indices()],
    wrong: [...have.indices()].filter((index) => !right(index)),
    forgotten: [...promised].filter((index) => !have.has(index)),
  }
}

async function operationsOf(work: (disk: CrashDisk) => Promise<unknown>, disk: CrashDisk): Promise<number> {
  await work(disk)
  return disk.operations
}

test('a power cut at any operation of a download leaves no have-bit over wrong bytes, and no promise broken', async () => {
  const total = await operationsOf(download, emptyDisk())
  assert.ok(total > PIECES + (2 * PIECES) / PIECES_A_FLUSH, `${total} operations`)
  let points = 0
  for (let cutAt = 1; cutAt <= total; cutAt++) {
    const disk = emptyDisk()
    disk.cutAt = cutAt
    const promised = await download(disk)
    assert.ok(disk.isOff)
    for (const fate of fates) {
      const { wrong, forgotten } = await recover(disk.restart(fate), promised)
      assert.deepEqual({ cutAt, fate, wrong, forgotten }, { cutAt, fate, wrong: [], forgotten: [] })
      points++
    }
  }
  assert.equal(points, total * fates.length)
})

test('a second power cut while it goes on after the first does no harm either, and the third time it finishes', async () => {
  const total = await operationsOf(download, emptyDisk())
  const choose = seeded(99)
  for (let cutAt = 1; cutAt <= total; cutAt++) {
    const first = emptyDisk()
    first.cutAt = cutAt
    await download(first)
    const second = first.restart(cutAt)
    second.cutAt = 1 + Math.floor(choose() * total)
    const promised = await download(second)
    const third = second.restart(cutAt + total)
    const { wrong, forgotten } = await recover(third, promised)
    assert.deepEqual({ cutAt, wrong, forgotten }, { cutAt, wrong: [], forgotten: [] })
    assert.equal((await download(third)).size, PIECES)
    assert.deepEqual(third.content(DATA), content)
    assert.equal((await recover(third.restart('lost'), new Set())).have.length, PIECES)
  }
})

test('the crash disk does catch a writer that records pieces before it syncs them', async () => {
  const recordFirst: Record = (store, journal) =>
    new DurablePieces({
      store: { sync: async () => {} },
      journal: {
        append: async (indices) => {
          await journal.append(indices)
          await store.sync()
        },
      },
      maxUnsyncedBytes: PIECES_A_FLUSH * PIECE_LENGTH,
      maxDelayMs: 1e9,
    })
  const total = await operationsOf((disk) => download(disk, recordFirst), emptyDisk())
  let caught = 0
  for (let cutAt = 1; cutAt <= total; cutAt++) {
    const disk = emptyDisk()
    disk.cutAt = cutAt
    const promised = await download(disk, recordFirst)
    for (const fate of fates) if ((await recover(disk.restart(fate), promised)).wrong.length > 0) caught++
  }
  assert.ok(caught > 0)
})

for (const victim of [DATA, JOURNAL]) {
  test(`pieces whose sync failed on ${victim} are named once, and count again only when written again`, async () => {
    const disk = emptyDisk()
    const store = new CrashStore(disk, DATA)
    const { journal } = await openJournal(disk)
    const durable = inOrder(store, journal)
    const write = async (index: number): Promise<void> => {
      await store.write(index * PIECE_LENGTH, piece(index))
      durable.wrote(index, PIECE_LENGTH, 0)
    }
    await write(1)
    assert.deepEqual(await durable.flush(), [1])
    await write(2)
    await write(3)
    disk.failNextSync(victim)
    await assert.rejects(durable.flush(), (error) => {
      assert.ok(error instanceof NotDurableError)
      assert.deepEqual([error.pieces, error.code], [[2, 3], 'EIO'])
      return true
    })
    await write(4)
    assert.deepEqual(await durable.flush(), [4])
    const { have, wrong } = await recover(disk.restart('lost'), new Set([1, 4]))
    assert.deepEqual({ have, wrong }, { have: [1, 4], wrong: [] })
    await write(2)
    assert.deepEqual(await durable.flush(), [2])
    assert.deepEqual((await recover(disk.restart('lost'), new Set())).have, [1, 2, 4])
  })
}

test('a power cut at any operation leaves a state file with the last value written, or the one being written', async () => {
  const path = '/root/state'
  const writeAll = async (disk: CrashDisk): Promise<number> => {
    let written = 0
    try {
      for (let value = 1; value <= 5; value++) {
        await writeStateFile(path, { value }, disk)
        written = value
      }
    } catch (error) {
      if (!disk.isOff) throw error
    }
    return written
  }
  const total = await operationsOf(writeAll, new CrashDisk())
  for (let cutAt = 1; cutAt <= total; cutAt++) {
    const disk = new CrashDisk()
    disk.cutAt = cutAt
    const written = await writeAll(disk)
    for (const fate of fates) {
      const reading = await readStateFile(path, disk.restart(fate))
      const value = 'value' in reading ? (reading.value as { value: number }).value : 0
      assert.ok('value' in reading || 'missing' in reading, `cut at ${cutAt}, ${fate}: damaged`)
      assert.ok(value === written || value === written + 1, `cut at ${cutAt}, ${fate}: ${value} after ${written}`)
    }
  }
})

test('a power cut while a state file is removed never brings an older value back', async () => {
  const path = '/root/state'
  const prepare = async (): Promise<CrashDisk> => {
    const disk = new CrashDisk()
    await writeStateFile(path, 'older', disk)
    await writeStateFile(path, 'newer', disk)
    disk.operations = 0
    return disk
  }
  const total = await operationsOf((disk) => removeStateFile(path, disk), await prepare())
  for (let cutAt = 1; cutAt <= total; cutAt++) {
    const disk = await prepare()
    disk.cutAt = cutAt
    await assert.rejects(removeStateFile(path, disk))
    for (const fate of fates) {
      const reading = await readStateFile(path, disk.restart(fate))
      assert.ok('missing' in reading || ('value' in reading && reading.value === 'newer'), `cut at ${cutAt}, ${fate}`)
    }
  }
})
