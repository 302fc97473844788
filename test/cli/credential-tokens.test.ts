import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test, type TestContext } from 'node:test'
import { withCredentials } from '../../src/cli/credential-tokens.ts'

const kept = { check: async (token: string) => (token === 'kept' ? ('read' as const) : null) }

function credential(t: TestContext, text: string): Record<string, string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'swarmd-credential-'))
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(path.join(folder, 'swarmd.api-token'), text)
  writeFileSync(path.join(folder, 'swarmd.metrics-token'), 'metrics-0123456789abcdef\n')
  return { CREDENTIALS_DIRECTORY: folder }
}

test('the token of the credential opens all, those that are kept what they are for, others nothing', async (t) => {
  const tokens = withCredentials(kept, credential(t, '0123456789abcdef0123\n'))
  assert.equal(await tokens.check('0123456789abcdef0123'), 'write')
  assert.equal(await tokens.check('kept'), 'read')
  assert.equal(await tokens.check('metrics-0123456789abcdef'), 'metrics')
  assert.equal(await tokens.check('0123456789abcdef0124'), null)
  assert.equal(await tokens.check(''), null)
})

test('without a credential the kept tokens are all there are', async (t) => {
  assert.equal(withCredentials(kept, {}), kept)
  const environment = credential(t, 'x')
  for (const name of ['api', 'metrics']) {
    rmSync(path.join(environment['CREDENTIALS_DIRECTORY'] ?? '', `swarmd.${name}-token`))
  }
  assert.equal(withCredentials(kept, environment), kept)
})

test('a token that could be guessed is refused, and not told', (t) => {
  assert.throws(
    () => withCredentials(kept, credential(t, 'hunter2')),
    (error: Error) => {
      assert.equal(error.name, 'ConfigError')
      assert.match(error.message, /swarmd\.api-token \(not shown\): give at least 20 characters/)
      return true
    },
  )
})
