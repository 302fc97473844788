import assert from 'node:assert/strict'
import { stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeFolders } from '../../../src/io/disk/make-folders.ts'
import { ScratchFolder } from '../../support/scratch-folder.ts'

test('a folder is made with those above it, also by several at once, and again', async () => {
  await using scratch = await ScratchFolder.create()
  const path = join(scratch.path, 'a', 'b', 'c')
  await Promise.all([makeFolders(path, 0o700), makeFolders(path, 0o700), makeFolders(join(path, 'd'), 0o700)])
  await makeFolders(path, 0o700)
  assert.equal((await stat(join(path, 'd'))).mode & 0o777, 0o700)
})

test('a link to a folder is one; a file in the way is told', async () => {
  await using scratch = await ScratchFolder.create()
  await symlink(scratch.path, join(scratch.path, 'link'))
  await makeFolders(join(scratch.path, 'link'), 0o700)
  await writeFile(join(scratch.path, 'file'), '')
  await assert.rejects(makeFolders(join(scratch.path, 'file'), 0o700), { code: 'EEXIST' })
  await assert.rejects(makeFolders(join(scratch.path, 'file', 'x'), 0o700), { code: 'ENOTDIR' })
})

test('where no folder can be made that is said, not tried for ever', async () => {
  await assert.rejects(makeFolders('/proc/swarmd/state', 0o700), { code: 'ENOENT' })
})
