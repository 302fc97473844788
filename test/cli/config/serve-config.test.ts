import assert from 'node:assert/strict'
import { test } from 'node:test'
import { effectiveSettings } from '../../../src/cli/config/effective-settings.ts'
import { defaultClientPorts, readServeConfig, type ServeConfig } from '../../../src/cli/config/serve-config.ts'
import type { SettingName } from '../../../src/cli/config/settings.ts'

type Texts = Partial<Record<SettingName, string>>

const serveConfig = async (flags: Texts = {}): Promise<ServeConfig> =>
  readServeConfig(await effectiveSettings(flags, {}))

test('the standard settings become a config with a whole path', async () => {
  assert.partialDeepStrictEqual(await serveConfig(), {
    root: process.cwd(),
    host: '::',
    port: 5000,
    apiHost: '127.0.0.1',
    apiPort: 5080,
    apiNames: [],
    clientPorts: { first: 5001, last: 5064 },
    maxConnections: 200,
    choker: { profile: 'lab', slots: 4 },
    lsd: true,
  })
})

test('limits are rates as people write them, none, or not given', async () => {
  assert.deepEqual((await serveConfig()).limits, {})
  const { limits } = await serveConfig({ uploadLimit: '1.5MiB', downloadLimit: 'none' })
  assert.deepEqual(limits, { uploadLimit: 1_572_864, downloadLimit: null })
})

test('client ports are a range, or 0 for those the system chooses', async () => {
  assert.deepEqual((await serveConfig({ clientPorts: '6000-6000' })).clientPorts, { first: 6000, last: 6000 })
  assert.equal((await serveConfig({ clientPorts: '0' })).clientPorts, null)
})

test('the standard client ports follow the peer port, and leave out the port of the API', () => {
  assert.deepEqual(defaultClientPorts(7000, 7080), { first: 7001, last: 7064 })
  assert.deepEqual(defaultClientPorts(5040, 5080), { first: 5041, last: 5079 })
  assert.deepEqual(defaultClientPorts(5000, 5001), { first: 5002, last: 5064 })
  assert.deepEqual(defaultClientPorts(65530, 5080), { first: 65531, last: 65535 })
  assert.equal(defaultClientPorts(65535, 5080), null)
  assert.equal(defaultClientPorts(65534, 65535), null)
  assert.equal(defaultClientPorts(0, 5080), null)
})

test('two ports that the system chooses do not collide', async () => {
  const { port, apiPort } = await serveConfig({ port: '0', apiPort: '0' })
  assert.deepEqual([port, apiPort], [0, 0])
})

const bad: readonly (readonly [SettingName, string, RegExp])[] = [
  ['port', '65536', /^--port 65536: give a whole number from 0 to 65535$/],
  ['port', '-1', /^--port -1: /],
  ['port', '5e3', /^--port 5e3: /],
  ['port', '', /^--port "": /],
  ['apiPort', '5000', /^--api-port 5000: is the peer port/],
  ['apiPort', 'http', /^--api-port http: /],
  ['choker', 'bep4', /^--choker bep4: give lab or bep3/],
  ['maxPeers', '0', /^--max-peers 0: give a whole number from 1 to 1000$/],
  ['uploadLimit', '10MBit', /^--upload-limit 10MBit: write it as 10MB, 500k, 1\.5MiB, or none$/],
  ['downloadLimit', '5', /^--download-limit 5: it has to be 1024 bytes per second at least, or none$/],
  ['logLevel', 'loud', /^--log-level loud: give error or warn or info$/],
  ['slots', '1', /^--slots 1: give a whole number from 2 to 64/],
  ['lsd', 'yes', /^--lsd yes: give on or off/],
  ['maxConnections', '0', /^--max-connections 0: give a whole number from 1 /],
  ['host', 'lab-7', /^--host lab-7: give an IP address/],
  ['apiHost', 'lab-7', /^--api-host lab-7: give an IP address.*127\.0\.0\.1/],
  ['apiHost', '127.1', /^--api-host 127\.1: /],
  ['apiNames', 'lab-7 lab-8', /^--api-names lab-7 lab-8: give host names with commas/],
  ['apiNames', 'lab-7:80', /^--api-names lab-7:80: /],
  ['clientPorts', '5064-5001', /^--client-ports 5064-5001: give a range such as 5001-5064/],
  ['clientPorts', '5001', /^--client-ports 5001: /],
  ['clientPorts', '0-10', /^--client-ports 0-10: /],
  ['clientPorts', '5001-70000', /^--client-ports 5001-70000: /],
  ['clientPorts', '4990-5010', /^--client-ports 4990-5010: holds the peer port 5000/],
  ['clientPorts', '5070-5090', /^--client-ports 5070-5090: holds the API port 5080/],
  ['root', '', /^--root "": give a directory/],
  ['root', import.meta.filename, /^--root .*: is not a directory/],
]

for (const [name, value, message] of bad) {
  test(`${name} "${value}" is refused in one line that names the flag and the fix`, async () => {
    await assert.rejects(serveConfig({ [name]: value }), { name: 'ConfigError', message })
  })
}

test("a root that can't even be looked at is refused in the same way", async () => {
  for (const root of ['a'.repeat(300), 'a\0b']) {
    const message = /^--root .*: can't be looked at \((ENAMETOOLONG|.*null bytes).*\); give one that/
    await assert.rejects(serveConfig({ root }), { name: 'ConfigError', message })
  }
})
