import assert from 'node:assert/strict'
import { chown, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { crc32 } from 'node:zlib'
import { NewerFormatError } from '../../../src/io/disk/newer-format-error.ts'
import { readStateFile, removeStateFile, writeStateFile } from '../../../src/io/disk/state-file.ts'
import { ScratchFolder } from '../../support/scratch-folder.ts'

test('a value is read as it was written, by its owner only', async () => {
  await using folder = await ScratchFolder.create()
  const path = join(folder.path, 'state')
  const value = { name: 'häßlich\n\u2028', list: [1, null, { deep: true }], proto: { ['__proto__']: 1 } }
  await writeStateFile(path, value)
  assert.deepEqual(await readStateFile(path), { value: JSON.parse(JSON.stringify(value)), fromPrevious: false })
  assert.equal((await stat(path)).mode & 0o077, 0)
})

test("what root writes in the folder of another is that one's", {
  skip: process.geteuid?.() !== 0 && 'only root can write there',
}, async () => {
  await using folder = await ScratchFolder.create()
  await chown(folder.path, 61_234, 61_235)
  const path = join(folder.path, 'state')
  for (const value of [1, 2]) await writeStateFile(path, value)
  for (const name of ['state', 'state.previous']) {
    const { uid, gid, mode } = await stat(join(folder.path, name))
    assert.deepEqual([uid, gid, mode & 0o777], [61_234, 61_235, 0o600], name)
  }
})

test('a file that was never written is missing', async () => {
  await using folder = await ScratchFolder.create()
  assert.deepEqual(await readStateFile(join(folder.path, 'state')), { missing: true })
})

test('writes made at once end with the last one and leave no temporary file', async () => {
  await using folder = await ScratchFolder.create()
  const path = join(folder.path, 'state')
  await Promise.all(Array.from({ length: 20 }, (_, value) => writeStateFile(path, value)))
  assert.deepEqual(await readStateFile(path), { value: 19, fromPrevious: false })
  assert.deepEqual((await readdir(folder.path)).sort(), ['state', 'state.previous'])
})

test('with any bit flipped the value before is read instead', async () => {
  await using folder = await ScratchFolder.create()
  const path = join(folder.path, 'state')
  await writeStateFile(path, 'before')
  await writeStateFile(path, { last: [1, 2, 3] })
  const whole = await readFile(path)
  for (let bit = 0; bit < whole.length * 8; bit++) {
    const flipped = Buffer.from(whole)
    flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
    await writeFile(path, flipped)
    assert.deepEqual(await readStateFile(path), { value: 'before', fromPrevious: true }, `bit ${bit}`)
  }
})

test('emptied, zeroed, cut or gone, it falls back as well; with nothing to fall back to it says what is wrong', async () => {
  await using folder = await ScratchFolder.create()
  const path = join(folder.path, 'state')
  await writeStateFile(path, 'before')
  await writeStateFile(path, 'last')
  const whole = await readFile(path)
  for (const content of [Buffer.alloc(0), Buffer.alloc(whole.length), whole.subarray(0, -3)]) {
    await writeFile(path, content)
    assert.deepEqual(await readStateFile(path), { value: 'before', fromPrevious: true })
  }
  await writeFile(`${path}.previous`, 'rubbish')
  assert.deepEqual(await readStateFile(path), { damaged: true })
  await rm(path)
  assert.deepEqual(await readStateFile(path), { damaged: true })
  await writeStateFile(path, 'again')
  assert.deepEqual(await readStateFile(path), { value: 'again', fromPrevious: false })
})

test("a later version's file is refused and left alone", async () => {
  await using folder = await ScratchFolder.create()
  const path = join(folder.path, 'state')
  const body = '{"of":"tomorrow"}\n'
  const text = `swarmd-state 2 ${crc32(`2\n${body}`).toString(16).padStart(8, '0')}\n${body}`
  await writeFile(path, text)
  await assert.rejects(readStateFile(path), (error) => error instanceof NewerFormatError && error.version === 2)
  assert.equal(await readFile(path, 'utf8'), text)
})

test('what was removed is gone with the value before it', async () => {
  await using folder = await ScratchFolder.create()
  const path = join(folder.path, 'state')
  await writeStateFile(path, 1)
  await writeStateFile(path, 2)
  await removeStateFile(path)
  await removeStateFile(path)
  assert.deepEqual(await readStateFile(path), { missing: true })
  assert.deepEqual(await readdir(folder.path), [])
})

test('a value without a JSON form is refused', () => {
  assert.throws(() => writeStateFile('/nowhere', undefined), TypeError)
})
