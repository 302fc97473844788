import assert from 'node:assert/strict'
import { readFile, readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { AccessTokens } from '../../src/service/index.ts'
import { ScratchFolder } from '../support/scratch-folder.ts'
import { waitUntil } from '../support/wait-until.ts'

test('a token opens its scope, in every process that has the root open', async () => {
  await using root = await ScratchFolder.create()
  const tokens = new AccessTokens(root.path)
  const { id, token } = await tokens.create('read')
  assert.match(token, /^swarmd_[\w-]{43}$/)
  assert.equal(await tokens.check(token), 'read')
  assert.equal(await new AccessTokens(root.path).check(token), 'read')
  assert.equal(await tokens.check(`${token}x`), null)
  assert.equal(await tokens.check(''), null)
  assert.deepEqual(
    (await tokens.list()).map(({ id, scope }) => ({ id, scope })),
    [{ id, scope: 'read' }],
  )
})

test('no file but that of the first token has the text of one, and only the owner may read any', async () => {
  await using root = await ScratchFolder.create()
  const tokens = new AccessTokens(root.path)
  const first = await tokens.ensureFirst()
  const second = await tokens.create('metrics')
  assert.ok(first !== null)
  const secret = (await readFile(first, 'utf8')).trim()
  assert.equal(await tokens.check(secret), 'write')
  const state = path.join(root.path, '.swarmd')
  assert.equal((await stat(state)).mode & 0o777, 0o700)
  for (const name of await readdir(state)) {
    const file = path.join(state, name)
    const text = await readFile(file, 'utf8')
    assert.equal((await stat(file)).mode & 0o777, 0o600, name)
    assert.equal(text.includes(secret), file === first, name)
    assert.ok(!text.includes(second.token), name)
  }
})

test('the first token is made once, and is not made again when it was taken away', async () => {
  await using root = await ScratchFolder.create()
  const file = await new AccessTokens(root.path).ensureFirst()
  assert.ok(file !== null)
  const before = await readFile(file, 'utf8')
  assert.equal(await new AccessTokens(root.path).ensureFirst(), file)
  assert.equal(await readFile(file, 'utf8'), before)
  const tokens = new AccessTokens(root.path)
  const [first] = await tokens.list()
  await tokens.create('write')
  assert.ok(first !== undefined && (await tokens.revoke(first.id)))
  assert.equal(await tokens.check(before.trim()), null)
  assert.equal(await new AccessTokens(root.path).ensureFirst(), null)
})

test('a token that another process revokes is worthless within a second or so', async () => {
  await using root = await ScratchFolder.create()
  const service = new AccessTokens(root.path)
  const command = new AccessTokens(root.path)
  const { id, token } = await command.create('write')
  assert.equal(await service.check(token), 'write')
  assert.equal(await command.revoke(id), true)
  assert.equal(await command.revoke(id), false)
  await waitUntil('the service to notice', async () => (await service.check(token)) === null, { timeoutMs: 10_000 })
  const state = await readFile(path.join(root.path, '.swarmd', 'tokens.json.previous'), 'utf8')
  assert.ok(!state.includes(id), 'nor does a damaged file bring it back')
})
