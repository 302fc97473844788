import assert from 'node:assert/strict'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { crc32 } from 'node:zlib'
import { NewerFormatError } from '../../../src/io/disk/newer-format-error.ts'
import { ResumeJournal } from '../../../src/io/disk/resume-journal.ts'
import { Bitfield } from '../../../src/protocol/bitfield.ts'
import { infoHashFromBytes } from '../../../src/protocol/ids.ts'
import { StorageError } from '../../../src/swarm/ports.ts'
import { ScratchFolder } from '../../support/scratch-folder.ts'

const infoHash = infoHashFromBytes(Buffer.alloc(20, 7))
const pieceCount = 20
const HEADER_LENGTH = 48

const openAt = async (path: string, options = { infoHash, pieceCount }) => {
  const { journal, have, condition } = await ResumeJournal.open(path, options)
  return { journal, have: [...have.indices()], condition }
}

async function journalOf(path: string, ...batches: number[][]): Promise<Buffer> {
  const { journal } = await openAt(path)
  for (const batch of batches) await journal.append(batch)
  await journal.close()
  return readFile(path)
}

test('what was appended is there after opening again', async () => {
  await using folder = await ScratchFolder.create()
  const path = join(folder.path, 'journal')
  const first = await openAt(path)
  assert.deepEqual([first.have, first.condition], [[], 'new'])
  await first.journal.append([3, 1])
  await first.journal.append([19])
  await first.journal.close()
  const second = await openAt(path)
  assert.deepEqual([second.have, second.condition], [[1, 3, 19], 'intact'])
  await second.journal.append([0])
  await second.journal.close()
  assert.deepEqual((await openAt(path)).have, [0, 1, 3, 19])
})

test('nothing is written before the first record, so what calls for a recheck stays visible', async () => {
  await using folder = await ScratchFolder.create()
  const path = join(folder.path, 'journal')
  await writeFile(path, 'rubbish')
  const { journal, condition } = await openAt(path)
  assert.equal(condition, 'damaged')
  await journal.close()
  assert.equal(await readFile(path, 'utf8'), 'rubbish')
})

test('a rewrite replaces all that was recorded, and can take pieces back', async () => {
  await using folder = await ScratchFolder.create()
  const path = join(folder.path, 'journal')
  const { journal } = await openAt(path)
  await journal.append([1, 2, 3])
  const have = new Bitfield(pieceCount)
  have.set(2)
  const rewritten = journal.rewrite(have)
  have.set(9) // Too late: the set was taken at the call.
  await rewritten
  await journal.append([5])
  assert.deepEqual((await openAt(path)).have, [2, 5])
})

test('calls made at once are recorded in their order', async () => {
  await using folder = await ScratchFolder.create()
  const path = join(folder.path, 'journal')
  const { journal } = await openAt(path)
  const calls = [
    journal.append([1]),
    journal.append([2]),
    journal.rewrite(new Bitfield(pieceCount)),
    journal.append([4]),
  ]
  await Promise.all([...calls, journal.close()])
  assert.deepEqual((await openAt(path)).have, [4])
})

test('cut anywhere, the journal says what its whole records say', async () => {
  await using folder = await ScratchFolder.create()
  const path = join(folder.path, 'journal')
  const whole = await journalOf(path, [1, 2], [3], [4, 5, 6])
  for (let length = 0; length < whole.length; length++) {
    await writeFile(path, whole.subarray(0, length))
    const { have, condition } = await openAt(path)
    assert.deepEqual(have, [1, 2, 3, 4, 5, 6].slice(0, have.length))
    assert.ok([0, 2, 3].includes(have.length), `${have.length} pieces`)
    if (length < HEADER_LENGTH) assert.equal(condition, 'damaged')
  }
})

test('with any bit of it flipped, the journal names no piece that was not recorded, and says that it is not intact', async () => {
  await using folder = await ScratchFolder.create()
  const path = join(folder.path, 'journal')
  const whole = await journalOf(path, [1, 2], [3], [4, 5, 6])
  for (let bit = 0; bit < whole.length * 8; bit++) {
    const flipped = Buffer.from(whole)
    flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
    await writeFile(path, flipped)
    const { have, condition } = await openAt(path)
    assert.deepEqual(have, [1, 2, 3, 4, 5, 6].slice(0, have.length), `bit ${bit}`)
    assert.equal(condition, bit < HEADER_LENGTH * 8 ? 'damaged' : 'torn', `bit ${bit}`)
  }
})

test('behind a torn end the next record goes into a sound journal', async () => {
  await using folder = await ScratchFolder.create()
  const path = join(folder.path, 'journal')
  const whole = await journalOf(path, [1, 2], [3])
  await writeFile(path, whole.subarray(0, whole.length - 1))
  const { journal, have, condition } = await openAt(path)
  assert.deepEqual([have, condition], [[1, 2], 'torn'])
  await journal.append([8])
  const again = await openAt(path)
  assert.deepEqual([again.have, again.condition], [[1, 2, 8], 'intact'])
})

test('records of another generation, and zeros, are no records', async () => {
  await using folder = await ScratchFolder.create()
  const one = await journalOf(join(folder.path, 'one'), [1], [2])
  const other = await journalOf(join(folder.path, 'other'), [1], [2])
  assert.equal(one.length, other.length)
  const path = join(folder.path, 'mixed')
  await writeFile(path, Buffer.concat([one.subarray(0, HEADER_LENGTH), other.subarray(HEADER_LENGTH)]))
  assert.deepEqual([(await openAt(path)).have, (await openAt(path)).condition], [[], 'torn'])
  await writeFile(path, Buffer.concat([one, Buffer.alloc(4096)]))
  assert.deepEqual([(await openAt(path)).have, (await openAt(path)).condition], [[1, 2], 'torn'])
})

test("another torrent's journal is damaged as far as this torrent goes", async () => {
  await using folder = await ScratchFolder.create()
  const path = join(folder.path, 'journal')
  await journalOf(path, [1])
  const otherHash = { infoHash: infoHashFromBytes(Buffer.alloc(20, 8)), pieceCount }
  for (const options of [otherHash, { infoHash, pieceCount: pieceCount + 1 }]) {
    const { have, condition } = await openAt(path, options)
    assert.deepEqual([have, condition], [[], 'damaged'])
  }
})

test("a later version's journal is refused and left alone", async () => {
  await using folder = await ScratchFolder.create()
  const path = join(folder.path, 'journal')
  const bytes = await journalOf(path, [1])
  bytes.writeUInt32BE(2, 8)
  bytes.writeUInt32BE(crc32(bytes.subarray(0, HEADER_LENGTH - 4)), HEADER_LENGTH - 4)
  await writeFile(path, bytes)
  await assert.rejects(openAt(path), (error) => error instanceof NewerFormatError && error.version === 2)
  assert.deepEqual(await readFile(path), bytes)
})

test('a piece that does not exist is refused and changes nothing', async () => {
  await using folder = await ScratchFolder.create()
  const path = join(folder.path, 'journal')
  const { journal } = await openAt(path)
  await journal.append([1])
  await assert.rejects(journal.append([2, pieceCount]), RangeError)
  await assert.rejects(journal.rewrite(new Bitfield(pieceCount + 1)), RangeError)
  await journal.append([3])
  assert.deepEqual((await openAt(path)).have, [1, 3])
})

test('after a failure the next append makes up for what the disk may have missed', async () => {
  await using folder = await ScratchFolder.create()
  const path = join(folder.path, 'away', 'journal')
  const { journal } = await openAt(path)
  await assert.rejects(journal.append([1]), (error) => error instanceof StorageError && error.code === 'ENOENT')
  await mkdir(join(folder.path, 'away'))
  await journal.append([2])
  await rm(path)
  await assert.rejects(journal.append([3]), StorageError)
  await journal.append([4])
  assert.deepEqual((await openAt(path)).have, [2, 4])
})

test('once closed it takes no records', async () => {
  await using folder = await ScratchFolder.create()
  const { journal } = await openAt(join(folder.path, 'journal'))
  await journal.close()
  await assert.rejects(journal.append([1]), (error) => error instanceof StorageError && error.code === 'closed')
})
