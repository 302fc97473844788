import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { readApiAddress } from '../../../src/cli/client/client-config.ts'

test('the token comes from the environment, else from a file, else from the own service, which only loopback gets', async (t) => {
  const root = await mkdtemp(path.join(tmpdir(), 'swarmd-client-'))
  t.after(() => rm(root, { recursive: true }))
  await mkdir(path.join(root, '.swarmd'))
  await writeFile(path.join(root, '.swarmd', 'token'), 'own\n')
  const tokenFile = path.join(root, 'file')
  await writeFile(tokenFile, 'file\n')
  const local = { api: 'http://127.0.0.1:5080' }
  const remote = { api: 'http://10.0.0.248:5080' }
  const env = { SWARMD_ROOT: root }
  assert.equal(readApiAddress({ ...local, tokenFile }, { ...env, SWARMD_TOKEN: 'spoken' }).token, 'spoken')
  assert.equal(readApiAddress({ ...remote, tokenFile }, env).token, 'file')
  assert.equal(readApiAddress(local, env).token, 'own')
  assert.equal(readApiAddress({ api: 'http://[::1]:5080' }, env).token, 'own')
  assert.equal(readApiAddress(remote, env).token, null)
  assert.equal(readApiAddress({ api: 'http://127.0.0.1.evil.example:5080' }, env).token, null)
})

test('the API may lie below a path', () => {
  assert.equal(readApiAddress({ api: 'https://lab.example/peers/7/' }, {}).url, 'https://lab.example/peers/7')
})
