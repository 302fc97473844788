import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test, type TestContext } from 'node:test'
import { changedSettings, effectiveJson, effectiveText, exampleFile } from '../../../src/cli/config/config-text.ts'
import { effectiveSettings } from '../../../src/cli/config/effective-settings.ts'
import { readServeConfig } from '../../../src/cli/config/serve-config.ts'
import { flagOf, keyOf, settingNames, variableOf } from '../../../src/cli/config/settings.ts'

/** @returns the path of a swarmd.toml with this text */
function configFile(t: TestContext, text: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'swarmd-config-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = path.join(folder, 'swarmd.toml')
  writeFileSync(file, text)
  return file
}

test('a flag wins over the environment, that over the file, that over the default', async (t) => {
  const config = configFile(t, 'port = 1001\napi-port = 1002\nmax-connections = 10\n')
  const { values, origins } = await effectiveSettings(
    { config, port: '3001' },
    { SWARMD_PORT: '2001', SWARMD_API_PORT: '2002' },
  )
  assert.deepEqual([values.port, values.apiPort, values.maxConnections, values.host], [3001, 2002, 10, '::'])
  assert.deepEqual(origins.port, { kind: 'flag', name: '--port' })
  assert.deepEqual(origins.apiPort, { kind: 'variable', name: 'SWARMD_API_PORT' })
  assert.deepEqual(origins.maxConnections, { kind: 'file', path: config, key: 'max-connections' })
  assert.deepEqual(origins.host, { kind: 'default' })
})

test('the file is found in the configuration directory of systemd, and may be missing there', async (t) => {
  const config = configFile(t, 'port = 1001\n')
  const found = await effectiveSettings({}, { CONFIGURATION_DIRECTORY: `/nowhere:${path.dirname(config)}` })
  assert.deepEqual([found.file, found.values.port], [config, 1001])
  assert.equal((await effectiveSettings({}, { CONFIGURATION_DIRECTORY: '/nowhere' })).file, null)
})

test('SWARMD_CONFIG names the file too, and a named file has to be there', async (t) => {
  const config = configFile(t, 'port = 1001\n')
  assert.equal((await effectiveSettings({}, { SWARMD_CONFIG: config })).values.port, 1001)
  await assert.rejects(effectiveSettings({}, { SWARMD_CONFIG: '/nowhere/swarmd.toml' }), {
    name: 'ConfigError',
    message: /^SWARMD_CONFIG \/nowhere\/swarmd\.toml: there is no such file; swarmd config prints one/,
  })
})

test("the root is systemd's state directory, when there is one", async () => {
  const { values, origins } = await effectiveSettings({}, { STATE_DIRECTORY: '/var/lib/swarmd' })
  assert.equal(values.root, '/var/lib/swarmd')
  assert.deepEqual(origins.root, { kind: 'systemd', name: 'STATE_DIRECTORY' })
})

for (const [what, text, message] of [
  ['a value of another kind', 'port = "5000"', /swarmd\.toml: port 5000: give a whole number from 0 to 65535$/],
  ['a number out of range', 'port = 65536', /swarmd\.toml: port 65536: give a whole number/],
  ['a number that is none', 'host = 7', /swarmd\.toml: host 7: give a text, in quotes$/],
  ['a key that is not known', 'prot = 1', /swarmd\.toml: prot: there is no such key; there are root, port/],
  ['a key in another spelling', 'apiPort = 1', /swarmd\.toml: apiPort: write api-port$/],
  ['a section', '[api]\nport = 1', /swarmd\.toml: api: there is no such key.*without sections$/],
  ['no TOML', 'port = 1\nport 2', /swarmd\.toml: line 2: /],
] as const) {
  test(`${what} in the file is refused in one line that names file, key and fix`, async (t) => {
    const config = configFile(t, text)
    await assert.rejects(effectiveSettings({ config }, {}), (error: Error) => {
      assert.equal(error.name, 'ConfigError')
      assert.match(error.message, message)
      assert.doesNotMatch(error.message, /\n/)
      return true
    })
  })
}

test('what settings say to each other is refused where it stands', async (t) => {
  const config = configFile(t, 'api-port = 7000\n')
  const effective = await effectiveSettings({ config }, { SWARMD_PORT: '7000' })
  assert.throws(() => readServeConfig(effective), {
    message: `${config}: api-port 7000: is the peer port; give the API another one`,
  })
  const listening = await effectiveSettings({}, { SWARMD_HOST: 'lab' })
  assert.throws(() => readServeConfig(listening), { message: /^SWARMD_HOST lab: / })
})

test('what holds is told with where it came from, as TOML that means the same', async (t) => {
  const config = configFile(t, 'host = "127.0.0.1"\n')
  const effective = await effectiveSettings({ config, port: '3001' }, { SWARMD_API_PORT: '2002' })
  const text = effectiveText(effective)
  for (const line of [
    /^port = 3001 +# --port$/m,
    /^api-port = 2002 +# SWARMD_API_PORT$/m,
    /^host = .* # .*swarmd\.toml: host$/m,
    /^max-connections = 200 +# default$/m,
  ]) {
    assert.match(text, line)
  }
  const again = await effectiveSettings({ config: configFile(t, text) }, {})
  assert.deepEqual(again.values, effective.values)
  const { settings } = JSON.parse(effectiveJson(effective)) as { settings: Record<string, unknown> }
  assert.deepEqual(settings['port'], { value: 3001, from: '--port' })
})

test('the example file is TOML, and with its marks taken away the defaults', async (t) => {
  const example = exampleFile()
  assert.deepEqual(
    (await effectiveSettings({ config: configFile(t, example) }, {})).values,
    (await effectiveSettings({}, {})).values,
  )
  const shown = example.replaceAll(/^#(\S+ = .+)$/gm, '$1')
  assert.deepEqual(
    (await effectiveSettings({ config: configFile(t, shown) }, {})).values,
    (await effectiveSettings({}, {})).values,
  )
})

test('two sets of settings are compared key by key', async () => {
  const before = await effectiveSettings({}, {})
  const after = await effectiveSettings({ maxConnections: '7' }, {})
  assert.deepEqual(changedSettings(before, after), [
    { name: 'maxConnections', key: 'max-connections', from: 200, to: 7 },
  ])
  assert.deepEqual(changedSettings(before, before), [])
})

test('each setting has a flag, a variable and a key that are one name', () => {
  assert.deepEqual(
    [flagOf('apiPort'), variableOf('apiPort'), keyOf('apiPort')],
    ['--api-port', 'SWARMD_API_PORT', 'api-port'],
  )
  assert.equal(new Set(settingNames.map(variableOf)).size, settingNames.length)
})
