import assert from 'node:assert/strict'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { filesMatch } from '../../../src/io/disk/files-match.ts'
import { freeBytes } from '../../../src/io/disk/free-bytes.ts'
import type { StoredFile } from '../../../src/io/disk/stored-file.ts'
import { StorageError } from '../../../src/swarm/ports.ts'
import { ScratchFolder } from '../../support/scratch-folder.ts'

const file = (path: string, length: number, padding = false): StoredFile => ({
  path: path.split('/'),
  length,
  offset: 0,
  padding,
})

test('files are present when all are there with their sizes, padding aside', async () => {
  await using folder = await ScratchFolder.create()
  await mkdir(join(folder.path, 'sub'))
  await writeFile(join(folder.path, 'a'), 'abc')
  await writeFile(join(folder.path, 'sub', 'b'), '')
  const both = [file('a', 3), file('.pad/5', 5, true), file('sub/b', 0)]
  assert.equal(await filesMatch(folder.path, both), 'present')
  assert.equal(await filesMatch(folder.path, [file('a', 4), file('sub/b', 0)]), 'wrong-size')
  assert.equal(await filesMatch(folder.path, [file('a', 4), file('sub/c', 0)]), 'missing')
  assert.equal(await filesMatch(folder.path, [file('other/c', 0)]), 'missing')
  assert.equal(await filesMatch(join(folder.path, 'none'), both), 'missing')
})

test('links and what is no file are refused, not looked through', async () => {
  await using folder = await ScratchFolder.create()
  await mkdir(join(folder.path, 'sub'))
  await writeFile(join(folder.path, 'sub', 'a'), 'abc')
  await symlink('sub', join(folder.path, 'link'))
  const code = (expected: string) => (error: unknown) => error instanceof StorageError && error.code === expected
  await assert.rejects(filesMatch(folder.path, [file('link/a', 3)]), code('ELOOP'))
  await assert.rejects(filesMatch(folder.path, [file('link', 3)]), code('ELOOP'))
  await assert.rejects(filesMatch(folder.path, [file('sub', 3)]), code('not-a-file'))
  await assert.rejects(filesMatch(folder.path, [file('sub/a/b', 3)]), code('ENOTDIR'))
})

test('free space is told of a place that exists', async () => {
  await using folder = await ScratchFolder.create()
  assert.ok((await freeBytes(folder.path)) > 0)
  await assert.rejects(freeBytes(join(folder.path, 'none')), StorageError)
})
