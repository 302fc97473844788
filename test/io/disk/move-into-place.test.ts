import assert from 'node:assert/strict'
import fs from 'node:fs'
import { link, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import { moveIntoPlace } from '../../../src/io/disk/move-into-place.ts'
import { removeTree } from '../../../src/io/disk/remove-tree.ts'
import { StorageError } from '../../../src/swarm/ports.ts'
import { ScratchFolder } from '../../support/scratch-folder.ts'

const code = (expected: string) => (error: unknown) => error instanceof StorageError && error.code === expected

async function makeTree(path: string): Promise<void> {
  await mkdir(join(path, 'sub'), { recursive: true })
  await writeFile(join(path, 'a'), 'one')
  await writeFile(join(path, 'sub', 'b'), 'two')
}

/** A folder on another file system than /dev/shm, where the scratch folders are; null when there is none. */
async function elsewhere(folder: ScratchFolder): Promise<string | null> {
  const path = await mkdtemp('/var/tmp/swarmd-move-')
  if ((await stat(path)).dev !== (await stat(folder.path)).dev) return path
  await rm(path, { recursive: true })
  return null
}

test('a file and a folder are moved whole', async () => {
  await using folder = await ScratchFolder.create()
  const at = (name: string): string => join(folder.path, name)
  await writeFile(at('file'), 'content')
  await makeTree(at('tree'))
  await moveIntoPlace({ from: at('file'), to: at('file-there') })
  await moveIntoPlace({ from: at('tree'), to: at('tree-there') })
  assert.deepEqual((await readdir(folder.path)).sort(), ['file-there', 'tree-there'])
  assert.equal(await readFile(at('file-there'), 'utf8'), 'content')
  assert.equal(await readFile(join(at('tree-there'), 'sub', 'b'), 'utf8'), 'two')
})

test('nothing that is there is replaced', async () => {
  await using folder = await ScratchFolder.create()
  const at = (name: string): string => join(folder.path, name)
  await writeFile(at('file'), 'new')
  await makeTree(at('tree'))
  await writeFile(at('taken'), 'old')
  await mkdir(at('empty'))
  await symlink('nowhere', at('dangling'))
  for (const to of ['taken', 'empty', 'dangling']) {
    for (const from of ['file', 'tree']) {
      await assert.rejects(moveIntoPlace({ from: at(from), to: at(to) }), code('EEXIST'), `${from} to ${to}`)
    }
  }
  assert.equal(await readFile(at('taken'), 'utf8'), 'old')
  assert.deepEqual((await readdir(folder.path)).sort(), ['dangling', 'empty', 'file', 'taken', 'tree'])
})

test('a move that a crash cut short is finished by the next call', async () => {
  await using folder = await ScratchFolder.create()
  const move = { from: join(folder.path, 'from'), to: join(folder.path, 'to') }
  await writeFile(move.from, 'content')
  await link(move.from, move.to)
  await moveIntoPlace(move)
  assert.deepEqual(await readdir(folder.path), ['to'])
})

test('a file loses its old name when the new one is on the disk, and not before', async (t) => {
  await using folder = await ScratchFolder.create()
  const [from, to] = [join(folder.path, 'from'), join(folder.path, 'to')]
  const done: string[] = []
  t.after(syncBuiltinESMExports)
  const { unlink } = fs.promises
  t.mock.method(fs.promises, 'unlink', (path: string) => {
    done.push('unlink')
    return unlink(path)
  })
  const { fsync } = fs
  t.mock.method(fs, 'fsync', (fd: number, callback: fs.NoParamCallback) => {
    done.push('sync')
    fsync(fd, callback)
  })
  syncBuiltinESMExports()
  await writeFile(from, 'content')
  await moveIntoPlace({ from, to })
  assert.deepEqual(done.slice(0, 2), ['sync', 'unlink'])
  // As a crash between the two leaves it.
  await link(to, from)
  done.length = 0
  await moveIntoPlace({ from, to })
  assert.deepEqual(done.slice(0, 2), ['sync', 'unlink'])
})

test('of two files that are moved to one place at once, one gets it and the other stays', async () => {
  await using folder = await ScratchFolder.create()
  const at = (name: string): string => join(folder.path, name)
  await writeFile(at('one'), '1')
  await writeFile(at('two'), '2')
  const outcomes = await Promise.allSettled(
    ['one', 'two'].map((from) => moveIntoPlace({ from: at(from), to: at('to') })),
  )
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
  const left = (await readdir(folder.path)).filter((name) => name !== 'to')
  assert.equal(left.length, 1)
  assert.equal(await readFile(at('to'), 'utf8'), left[0] === 'one' ? '2' : '1')
})

test('a source that is missing, or a place whose folder is, is told', async () => {
  await using folder = await ScratchFolder.create()
  const at = (name: string): string => join(folder.path, name)
  await assert.rejects(moveIntoPlace({ from: at('none'), to: at('to') }), code('ENOENT'))
  await writeFile(at('file'), '')
  await assert.rejects(moveIntoPlace({ from: at('file'), to: at('none/to') }), code('ENOENT'))
  assert.deepEqual(await readdir(folder.path), ['file'])
})

test('from one file system to another a copy comes into place whole, over what a crash left', async (t) => {
  await using folder = await ScratchFolder.create()
  const other = await elsewhere(folder)
  if (other === null) {
    t.skip('needs two file systems')
    return
  }
  try {
    const name = 'n'.repeat(255)
    await writeFile(join(folder.path, 'file'), 'content')
    await makeTree(join(folder.path, 'tree'))
    await moveIntoPlace({ from: join(folder.path, 'file'), to: join(other, name) })
    await writeFile(join(folder.path, 'taken'), 'content')
    await assert.rejects(moveIntoPlace({ from: join(folder.path, 'taken'), to: join(other, name) }), code('EEXIST'))
    await moveIntoPlace({ from: join(folder.path, 'tree'), to: join(other, 'tree') })
    assert.deepEqual(await readdir(folder.path), ['taken'])
    assert.deepEqual((await readdir(other)).sort(), [name, 'tree'])
    assert.equal(await readFile(join(other, name), 'utf8'), 'content')
    assert.deepEqual((await readdir(join(other, 'tree'), { recursive: true })).sort(), ['a', 'sub', 'sub/b'])
    await makeTree(join(folder.path, 'odd'))
    await symlink('a', join(folder.path, 'odd', 'link'))
    await assert.rejects(moveIntoPlace({ from: join(folder.path, 'odd'), to: join(other, 'odd') }), code('not-a-file'))
    assert.deepEqual((await readdir(other)).sort(), [name, 'tree'])
    assert.ok((await readdir(folder.path)).includes('odd'))
  } finally {
    await rm(other, { recursive: true })
  }
})

test('removing takes links themselves, and is content with nothing', async () => {
  await using folder = await ScratchFolder.create()
  await makeTree(join(folder.path, 'kept'))
  await mkdir(join(folder.path, 'tree'))
  await symlink('../kept', join(folder.path, 'tree', 'link'))
  await removeTree(join(folder.path, 'tree'))
  await removeTree(join(folder.path, 'tree'))
  assert.deepEqual((await readdir(folder.path, { recursive: true })).sort(), [
    'kept',
    'kept/a',
    'kept/sub',
    'kept/sub/b',
  ])
})
