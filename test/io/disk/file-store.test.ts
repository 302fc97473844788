import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdir, readdir, readFile, stat, symlink, truncate, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { type DiskCalls, systemCalls } from '../../../src/io/disk/disk-calls.ts'
import { type FileStoreOptions, openFileStore } from '../../../src/io/disk/file-store.ts'
import { OpenFiles } from '../../../src/io/disk/open-files.ts'
import type { StoredFile } from '../../../src/io/disk/stored-file.ts'
import { StorageError } from '../../../src/swarm/ports.ts'
import { ScratchFolder } from '../../support/scratch-folder.ts'

/** Files end to end; a name that begins with `_` is padding. */
function layout(...files: readonly (readonly [path: string, length: number])[]): StoredFile[] {
  let offset = 0
  return files.map(([path, length]) => {
    const file = { path: path.split('/'), length, offset, padding: path.startsWith('_') }
    offset += length
    return file
  })
}

const open = (directory: string, files: readonly StoredFile[], options: Partial<FileStoreOptions> = {}) =>
  openFileStore({ directory, files, mode: 'read-write', create: true, ...options })

const withCode = (code: string, operation?: string) => (error: unknown) => {
  assert.ok(error instanceof StorageError, String(error))
  assert.equal(error.code, code)
  if (operation !== undefined) assert.equal(error.operation, operation)
  return true
}

const bytesOf = (length: number, from = 1): Buffer => Buffer.from(Array.from({ length }, (_, at) => (from + at) & 0xff))

test('files are made with their folders, sparse and of full length, empty ones too and padding not', async () => {
  await using folder = await ScratchFolder.create()
  const directory = join(folder.path, 'not', 'yet', 'there')
  const store = await open(directory, layout(['a', 3], ['_pad', 5], ['sub/deep/b', 1 << 30], ['sub/empty', 0]))
  assert.deepEqual((await readdir(directory, { recursive: true })).sort(), [
    'a',
    'sub',
    'sub/deep',
    'sub/deep/b',
    'sub/empty',
  ])
  const facts = await stat(join(directory, 'sub', 'deep', 'b'))
  assert.equal(facts.size, 1 << 30)
  assert.ok(facts.blocks * 512 < 1 << 20)
  await store.close()
})

test('a range over many files is written to each and read back, with zeros for padding', async () => {
  await using folder = await ScratchFolder.create()
  const store = await open(folder.path, layout(['a', 3], ['b', 0], ['_pad', 4], ['c/d', 5], ['e', 1]))
  const bytes = bytesOf(13)
  await store.write(0, bytes)
  await store.sync()
  assert.deepEqual(await readFile(join(folder.path, 'a')), bytes.subarray(0, 3))
  assert.deepEqual(await readFile(join(folder.path, 'c', 'd')), bytes.subarray(7, 12))
  const expected = Buffer.from(bytes).fill(0, 3, 7)
  for (let from = 0; from <= 13; from++) {
    for (let to = from; to <= 13; to++) {
      const target = Buffer.alloc(to - from, 0xee)
      await store.read(from, target)
      assert.deepEqual(target, expected.subarray(from, to), `${from} to ${to}`)
    }
  }
  await store.close()
})

test('what lies outside of the torrent is refused', async () => {
  await using folder = await ScratchFolder.create()
  const store = await open(folder.path, layout(['a', 10]))
  await assert.rejects(store.read(5, Buffer.alloc(6)), withCode('EINVAL', 'read'))
  await assert.rejects(store.write(-1, Buffer.alloc(2)), withCode('EINVAL', 'write'))
  await store.close()
})

test('a store for reading does not write, and finds missing and cut files when they are read', async () => {
  await using folder = await ScratchFolder.create()
  await writeFile(join(folder.path, 'a'), bytesOf(10))
  const store = await open(folder.path, layout(['a', 10], ['b', 10]), { mode: 'read', create: false })
  const target = Buffer.alloc(10)
  await store.read(0, target)
  assert.deepEqual(target, bytesOf(10))
  await assert.rejects(store.write(0, target), withCode('EROFS', 'write'))
  await assert.rejects(store.read(10, target), withCode('ENOENT', 'open'))
  await truncate(join(folder.path, 'a'), 4)
  await assert.rejects(store.read(0, target), withCode('short-read', 'read'))
  await writeFile(join(folder.path, 'b'), bytesOf(10, 50))
  await store.read(10, target)
  assert.deepEqual(target, bytesOf(10, 50))
  await store.close()
})

test('before a file is made or resized its owner can take back what was recorded of it', async () => {
  await using folder = await ScratchFolder.create()
  const files = layout(['kept', 3], ['_pad', 1], ['short', 5], ['gone', 2])
  await writeFile(join(folder.path, 'kept'), bytesOf(3))
  await writeFile(join(folder.path, 'short'), bytesOf(4))
  const told: (readonly number[])[] = []
  const beforeAltering = async (indices: readonly number[]): Promise<void> => {
    told.push(indices)
    assert.equal((await stat(join(folder.path, 'short'))).size, 4)
    assert.deepEqual((await readdir(folder.path)).sort(), ['kept', 'short'])
  }
  await (await open(folder.path, files, { beforeAltering })).close()
  assert.deepEqual(told, [[2, 3]])
  assert.deepEqual(await readFile(join(folder.path, 'kept')), bytesOf(3))
  await (await open(folder.path, files, { beforeAltering })).close()
  assert.equal(told.length, 1)
})

test('a planted link is not followed, neither as a file nor as a folder', async () => {
  await using folder = await ScratchFolder.create()
  await using outside = await ScratchFolder.create()
  const secret = join(outside.path, 'secret')
  await writeFile(secret, 'untouched!')
  await symlink(secret, join(folder.path, 'file'))
  await symlink(outside.path, join(folder.path, 'folder'))
  await symlink(join(outside.path, 'new'), join(folder.path, 'dangling'))
  for (const path of ['file', 'folder/secret', 'folder/new', 'dangling', 'folder/sub/new']) {
    await assert.rejects(open(folder.path, layout([path, 10])), withCode('ELOOP'), path)
    const lazy = await open(folder.path, layout([path, 10]), { create: false })
    await assert.rejects(lazy.write(0, Buffer.alloc(10)), withCode('ELOOP', 'open'), path)
    await assert.rejects(lazy.read(0, Buffer.alloc(10)), withCode('ELOOP', 'open'), path)
    await lazy.close()
  }
  assert.deepEqual(await readdir(outside.path), ['secret'])
  assert.equal(await readFile(secret, 'utf8'), 'untouched!')
})

test('a link planted while the store is open is not followed either', async () => {
  await using folder = await ScratchFolder.create()
  await using outside = await ScratchFolder.create()
  const openFiles = new OpenFiles(1)
  const store = await open(folder.path, layout(['a', 10], ['b', 10]), { openFiles })
  await store.write(0, bytesOf(10))
  await store.write(10, bytesOf(10))
  await unlink(join(folder.path, 'a'))
  await symlink(join(outside.path, 'new'), join(folder.path, 'a'))
  await assert.rejects(store.write(0, bytesOf(10)), withCode('ELOOP', 'open'))
  assert.deepEqual(await readdir(outside.path), [])
  await store.close()
})

test('the directory itself may be a link', async () => {
  await using folder = await ScratchFolder.create()
  await mkdir(join(folder.path, 'real'))
  await symlink('real', join(folder.path, 'link'))
  const store = await open(join(folder.path, 'link'), layout(['a', 3]))
  await store.write(0, bytesOf(3))
  await store.close()
  assert.deepEqual(await readFile(join(folder.path, 'real', 'a')), bytesOf(3))
})

test('names that would leave the directory are refused', async () => {
  await using folder = await ScratchFolder.create()
  for (const path of [['..', 'x'], ['.'], [''], ['a/b'], ['a\0'], []]) {
    const files = [{ path, length: 1, offset: 0, padding: false }]
    await assert.rejects(open(folder.path, files), withCode('EINVAL', 'open'))
  }
})

test('a FIFO or a folder in the place of a file is refused and holds nothing up', { timeout: 120_000 }, async () => {
  await using folder = await ScratchFolder.create()
  execFileSync('mkfifo', [join(folder.path, 'fifo')])
  await mkdir(join(folder.path, 'folder'))
  await assert.rejects(open(folder.path, layout(['fifo', 1])), withCode('not-a-file'))
  await assert.rejects(open(folder.path, layout(['folder', 1])), withCode('not-a-file'))
  const lazy = await open(folder.path, layout(['fifo', 1]), { create: false })
  await assert.rejects(lazy.read(0, Buffer.alloc(1)), withCode('not-a-file', 'open'))
  await lazy.close()
})

test('hundreds of files are written at once through few descriptors, every one of which is synced before it is closed', async () => {
  await using folder = await ScratchFolder.create()
  const count = 300
  let openNow = 0
  let mostOpen = 0
  const unsynced = new Set<number>()
  const watched: DiskCalls = {
    ...systemCalls,
    open: async (...call) => {
      const fd = await systemCalls.open(...call)
      mostOpen = Math.max(mostOpen, ++openNow)
      return fd
    },
    close: async (fd) => {
      assert.ok(!unsynced.has(fd), 'closed with bytes that were not synced')
      openNow--
      return systemCalls.close(fd)
    },
    write: async (fd, bytes, position) => {
      unsynced.add(fd)
      return systemCalls.write(fd, bytes, position)
    },
    datasync: async (fd) => {
      await systemCalls.datasync(fd)
      unsynced.delete(fd)
    },
  }
  const files = layout(...Array.from({ length: count }, (_, index) => [`f${index}`, 10] as const))
  const openFiles = new OpenFiles(8)
  const store = await open(folder.path, files, { calls: watched, openFiles })
  await Promise.all(files.map((file, index) => store.write(file.offset, bytesOf(10, index))))
  await store.sync()
  assert.equal(unsynced.size, 0)
  // Each opening of a file has its folder open for a moment.
  assert.ok(mostOpen <= 16, `${mostOpen} open`)
  for (const [index, file] of files.entries()) {
    assert.deepEqual(await readFile(join(folder.path, ...file.path)), bytesOf(10, index))
  }
  await store.close()
  assert.equal(openNow, 0)
  assert.equal(openFiles.size, 0)
})

/** Real calls, whose `datasync` waits or fails as the test says. */
function faultyCalls() {
  const faults = { datasync: async (): Promise<void> => {}, syncs: 0 }
  const calls: DiskCalls = {
    ...systemCalls,
    datasync: async (fd) => {
      faults.syncs++
      await faults.datasync()
      return systemCalls.datasync(fd)
    },
  }
  return { faults, calls }
}
const eio = (): Promise<never> => Promise.reject(Object.assign(new Error('EIO'), { code: 'EIO' }))

test('only files written since the last sync are synced', async () => {
  await using folder = await ScratchFolder.create()
  const { faults, calls } = faultyCalls()
  const store = await open(folder.path, layout(['a', 1], ['b', 1], ['c', 1]), { calls })
  await store.write(0, bytesOf(2))
  await store.sync()
  assert.equal(faults.syncs, 2)
  await store.sync()
  assert.equal(faults.syncs, 2)
  await store.close()
})

test('a failed sync is told once and not tried again as if it could be made good', async () => {
  await using folder = await ScratchFolder.create()
  const { faults, calls } = faultyCalls()
  const store = await open(folder.path, layout(['a', 1], ['b', 1]), { calls })
  await store.write(0, bytesOf(2))
  faults.datasync = eio
  await assert.rejects(store.sync(), withCode('EIO', 'sync'))
  assert.equal(faults.syncs, 2)
  faults.datasync = async () => {}
  await store.sync()
  assert.equal(faults.syncs, 2)
  await store.close()
})

test('a sync that fails while a file makes room for another is told by the next sync', async () => {
  await using folder = await ScratchFolder.create()
  const { faults, calls } = faultyCalls()
  const store = await open(folder.path, layout(['a', 1], ['b', 1]), { calls, openFiles: new OpenFiles(1) })
  await store.write(0, bytesOf(1))
  faults.datasync = eio
  await store.write(1, bytesOf(1))
  faults.datasync = async () => {}
  await assert.rejects(store.sync(), withCode('EIO', 'sync'))
  await store.sync()
  await store.close()
})

test('a sync does not resolve before one that began earlier and holds its files', async () => {
  await using folder = await ScratchFolder.create()
  const { faults, calls } = faultyCalls()
  const store = await open(folder.path, layout(['a', 1]), { calls })
  const gate = Promise.withResolvers<void>()
  const inSync = Promise.withResolvers<void>()
  faults.datasync = () => {
    inSync.resolve()
    return gate.promise
  }
  await store.write(0, bytesOf(1))
  const order: string[] = []
  const first = store.sync().then(() => order.push('first'))
  await inSync.promise
  const second = store.sync().then(() => order.push('second'))
  gate.resolve()
  await Promise.all([first, second])
  assert.deepEqual(order, ['first', 'second'])
  await store.close()
})

test('a write under way while a sync fails is not told to be written', async () => {
  await using folder = await ScratchFolder.create()
  const gate = Promise.withResolvers<void>()
  let holdWrites = false
  const { faults, calls } = faultyCalls()
  const held: DiskCalls = {
    ...calls,
    write: async (fd, bytes, position) => {
      const count = await systemCalls.write(fd, bytes, position)
      if (holdWrites) await gate.promise
      return count
    },
  }
  const store = await open(folder.path, layout(['a', 2]), { calls: held })
  await store.write(0, bytesOf(1))
  holdWrites = true
  const late = store.write(1, bytesOf(1))
  faults.datasync = eio
  await assert.rejects(store.sync(), withCode('EIO', 'sync'))
  gate.resolve()
  await assert.rejects(late, withCode('EIO', 'write'))
  await store.close()
})

test('closing waits for calls under way, and then nothing is taken any more', async () => {
  await using folder = await ScratchFolder.create()
  const openFiles = new OpenFiles()
  const store = await open(folder.path, layout(['a', 1 << 20]), { openFiles })
  const writes = Array.from({ length: 16 }, (_, index) => store.write(index << 16, Buffer.alloc(1 << 16, index + 1)))
  await store.close()
  await store.close()
  assert.equal((await Promise.allSettled(writes)).filter(({ status }) => status === 'fulfilled').length, 16)
  assert.equal(openFiles.size, 0)
  await assert.rejects(store.read(0, Buffer.alloc(1)), withCode('closed', 'read'))
  await assert.rejects(store.sync(), withCode('closed', 'sync'))
})

test('a full disk says so, and goes on when there is room', async (t) => {
  await using folder = await ScratchFolder.create()
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', folder.path], { stdio: 'ignore' })
  } catch {
    t.skip('needs the right to mount a small file system')
    return
  }
  try {
    await writeFile(join(folder.path, 'ballast'), Buffer.alloc(900 << 10))
    const store = await open(folder.path, layout(['a', 512 << 10]))
    await assert.rejects(store.write(0, Buffer.alloc(512 << 10, 1)), withCode('ENOSPC', 'write'))
    await unlink(join(folder.path, 'ballast'))
    await store.write(0, Buffer.alloc(512 << 10, 1))
    await store.sync()
    await store.close()
  } finally {
    execFileSync('umount', [folder.path])
  }
})
