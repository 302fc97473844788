import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OpenFiles, type PoolableFile } from '../../../src/io/disk/open-files.ts'

/** A file whose descriptor is a number and whose fate the test can read. */
class CountedFile implements PoolableFile {
  static openNow = 0
  opened = 0
  retired = 0
  failures: string[] = []

  async open(): Promise<number> {
    const code = this.failures.shift()
    if (code !== undefined) throw Object.assign(new Error(code), { code })
    this.opened++
    return ++CountedFile.openNow
  }

  async retire(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    this.retired++
    CountedFile.openNow--
  }
}

const nothing = async (): Promise<void> => {}

test('a file stays open for the next use, and the one used longest ago makes room', async () => {
  const pool = new OpenFiles(2)
  const [a, b, c] = [new CountedFile(), new CountedFile(), new CountedFile()]
  for (const file of [a, b, a, c, a]) await pool.use(file, nothing)
  assert.deepEqual([a.opened, b.opened, c.opened], [1, 1, 1])
  assert.deepEqual([a.retired, b.retired, c.retired], [0, 1, 0])
  assert.equal(pool.size, 2)
})

test('who finds all files in use waits, and no more than the limit are ever open', async () => {
  const pool = new OpenFiles(3)
  const files = Array.from({ length: 20 }, () => new CountedFile())
  const start = CountedFile.openNow
  let most = 0
  const uses = Array.from({ length: 200 }, (_, turn) =>
    pool.use(files[(turn * 7) % files.length] ?? assert.fail(), async () => {
      most = Math.max(most, CountedFile.openNow - start)
      await new Promise((resolve) => setImmediate(resolve))
    }),
  )
  await Promise.all(uses)
  assert.ok(most <= 3, `${most} open`)
})

test('uses of one file share its descriptor, which is open until the last is done', async () => {
  const pool = new OpenFiles(1)
  const [file, other] = [new CountedFile(), new CountedFile()]
  const gate = Promise.withResolvers<void>()
  const slow = pool.use(file, () => gate.promise)
  await pool.use(file, nothing)
  const waiting = pool.use(other, async () => assert.equal(file.retired, 1))
  await pool.use(file, nothing)
  assert.deepEqual([file.opened, file.retired, other.opened], [1, 0, 0])
  gate.resolve()
  await Promise.all([slow, waiting])
})

test('when the process has no descriptors left an idle file gives up its own', async () => {
  const pool = new OpenFiles(10)
  const [idle, file] = [new CountedFile(), new CountedFile()]
  await pool.use(idle, nothing)
  file.failures = ['EMFILE']
  await pool.use(file, nothing)
  assert.deepEqual([idle.retired, file.opened], [1, 1])
})

test('a file that cannot be opened says so to all who wait, and is tried anew', async () => {
  const pool = new OpenFiles(1)
  const file = new CountedFile()
  file.failures = ['ENOENT']
  const outcomes = await Promise.allSettled([pool.use(file, nothing), pool.use(file, nothing)])
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['rejected', 'rejected'],
  )
  assert.equal(pool.size, 0)
  await pool.use(file, nothing)
  assert.equal(file.opened, 1)
})

test('retiring waits for those who use the file', async () => {
  const pool = new OpenFiles(4)
  const file = new CountedFile()
  const gate = Promise.withResolvers<void>()
  const use = pool.use(file, () => gate.promise)
  const retired = pool.retire(file)
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(file.retired, 0)
  gate.resolve()
  await Promise.all([use, retired])
  assert.equal(file.retired, 1)
  await pool.retire(file)
  assert.equal(file.retired, 1)
})
