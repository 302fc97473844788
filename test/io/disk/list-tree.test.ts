import assert from 'node:assert/strict'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { listTree } from '../../../src/io/index.ts'
import { ScratchFolder } from '../../support/scratch-folder.ts'

test('a file is itself, a folder is all files below it in order, links are not followed', async () => {
  await using scratch = await ScratchFolder.create()
  const at = (...names: string[]) => path.join(scratch.path, ...names)
  await mkdir(at('image', 'b'), { recursive: true })
  for (const [name, length] of [
    ['one', 5],
    ['image/z', 1],
    ['image/a', 2],
    ['image/b/c', 3],
  ] as const) {
    await writeFile(at(name), Buffer.alloc(length))
  }
  await symlink('/etc/passwd', at('image', 'link'))
  await symlink('/etc', at('folder-link'))
  assert.deepEqual(await listTree(scratch.path, 'one'), [{ path: ['one'], length: 5 }])
  assert.deepEqual(await listTree(scratch.path, 'image'), [
    { path: ['image', 'a'], length: 2 },
    { path: ['image', 'b', 'c'], length: 3 },
    { path: ['image', 'z'], length: 1 },
  ])
  for (const none of ['nothing', 'folder-link', 'x'.repeat(250)]) assert.equal(await listTree(scratch.path, none), null)
})

for (const name of ['..', '.', '', 'a/b', '/etc', 'a\0b']) {
  test(`the name ${JSON.stringify(name)} is refused`, async () => {
    await assert.rejects(listTree('/tmp', name), { code: 'EINVAL' })
  })
}
