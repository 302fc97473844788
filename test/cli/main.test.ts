import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

const repository = new URL('../../', import.meta.url).pathname

interface Outcome {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs the command as a user would, from another directory. */
function swarmd(argv: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    const options = { cwd: '/', env: { PATH: process.env['PATH'] ?? '', ...env } }
    const child = execFile(
      process.execPath,
      [`${repository}src/cli/swarmd.js`, ...argv],
      options,
      (_error, out, err) => {
        resolve({ code: child.exitCode ?? -1, out, err })
      },
    )
  })
}

test('--version is that of the package', async () => {
  const { version } = JSON.parse(await readFile(`${repository}package.json`, 'utf8')) as { version: string }
  assert.deepEqual(await swarmd(['--version']), { code: 0, out: `${version}\n`, err: '' })
})

test('help tells the options with their names in the environment, and gives examples', async () => {
  const { code, out, err } = await swarmd(['help', 'serve'])
  assert.deepEqual([code, err], [0, ''])
  for (const word of ['--port', 'SWARMD_PORT', '--client-ports', 'SWARMD_CLIENT_PORTS', '5080', 'Examples:']) {
    assert.ok(out.includes(word), word)
  }
})

for (const argv of [[], ['srve'], ['serve', '--prot', '1'], ['serve', '--port'], ['serve', 'now']]) {
  test(`"swarmd ${argv.join(' ')}" is a usage error: 2, and words on stderr`, async () => {
    const { code, out, err } = await swarmd(argv)
    assert.deepEqual([code, out], [2, ''])
    assert.match(err, argv.length === 0 ? /^Usage: / : /^swarmd: /)
  })
}

test('a setting that can not be used exits 78 with one line', async () => {
  const line = ' 70000: give a whole number from 0 to 65535\n'
  assert.deepEqual(await swarmd(['serve', '--port', '70000']), { code: 78, out: '', err: `swarmd: --port${line}` })
  assert.deepEqual(await swarmd(['serve'], { SWARMD_PORT: '70000' }), {
    code: 78,
    out: '',
    err: `swarmd: SWARMD_PORT${line}`,
  })
})

test('a flag wins over the environment', async () => {
  const { err } = await swarmd(['serve', '--port', 'flag'], { SWARMD_PORT: 'environment' })
  assert.match(err, /^swarmd: --port flag: /)
})

test('config prints a file to start from, and --effective what holds; what serve would refuse exits 78', async () => {
  assert.match((await swarmd(['config'])).out, /^#api-port = 5080$/m)
  const shown = await swarmd(['config', '--effective', '--port', '7000'], { SWARMD_API_PORT: '7080' })
  assert.equal(shown.code, 0)
  assert.match(shown.out, /^port = 7000 +# --port$/m)
  assert.match(shown.out, /^api-port = 7080 +# SWARMD_API_PORT$/m)
  const clash = await swarmd(['config', '--effective', '--port', '7000', '--api-port', '7000'])
  assert.deepEqual(
    [clash.code, clash.err],
    [78, 'swarmd: --api-port 7000: is the peer port; give the API another one\n'],
  )
})

test('a token is made, listed without its text, and revoked', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'swarmd-token-'))
  t.after(() => rm(root, { recursive: true }))
  const made = await swarmd(['token', 'create', '--scope', 'read', '--root', root])
  assert.equal(made.code, 0)
  assert.match(made.out, /^swarmd_[\w-]{43}\n$/)
  const listed = await swarmd(['token', 'list'], { SWARMD_ROOT: root })
  const id = /^([0-9a-f]{8}) {2}read {5}\d{4}-[^\n]+\n$/.exec(listed.out)?.[1]
  assert.ok(id !== undefined, listed.out)
  const asJson = await swarmd(['token', 'list', '--json', '--root', root])
  const [{ createdAt, ...token }] = JSON.parse(asJson.out) as [{ createdAt: string }]
  assert.deepEqual(token, { id, scope: 'read' })
  assert.ok(Date.parse(createdAt) > 0)
  assert.deepEqual(await swarmd(['token', 'revoke', id, '--root', root]), { code: 0, out: '', err: '' })
  // As with all that is asked for and is not there.
  assert.equal((await swarmd(['token', 'revoke', id, '--root', root])).code, 1)
  assert.equal((await swarmd(['token', 'list', '--root', root])).out, '')
  assert.equal((await swarmd(['token', 'list', '--json', '--root', root])).out, '[]\n')
})

test('token create --json tells the id and the scope with the token', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'swarmd-token-'))
  t.after(() => rm(root, { recursive: true }))
  const { out, err } = await swarmd(['token', 'create', '--scope', 'metrics', '--json', '--root', root])
  const { id, token, scope } = JSON.parse(out) as { id: string; token: string; scope: string }
  assert.match(`${id} ${token} ${scope}`, /^[0-9a-f]{8} swarmd_[\w-]{43} metrics$/)
  assert.equal(err, '')
})

for (const argv of [['create'], ['create', '--scope', 'all'], ['revoke'], ['make']]) {
  test(`"swarmd token ${argv.join(' ')}" is a usage error`, async () => {
    const { code, out } = await swarmd(['token', ...argv])
    assert.deepEqual([code, out], [2, ''])
  })
}
