import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { before, describe, test } from 'node:test'
import { registerSchema, validate, type Validator } from '@hyperjump/json-schema/draft-2020-12'
import { parse } from 'smol-toml'
import { exampleFile } from '../../../src/cli/config/config-text.ts'
import { configSchema, SCHEMA_URL } from '../../../src/cli/config/config-schema.ts'
import { effectiveSettings } from '../../../src/cli/config/effective-settings.ts'
import { readServeConfig } from '../../../src/cli/config/serve-config.ts'
import { ScratchFolder } from '../../support/scratch-folder.ts'

type Document = Parameters<Validator>[0]

const DIALECT = 'https://json-schema.org/draft/2020-12/schema'
const schema = JSON.parse(configSchema()) as Document
const judged = (judge: Validator, toml: string): boolean => judge(parse(toml) as Document).valid

/** Whether the service would start with this file. */
async function isAccepted(toml: string): Promise<boolean> {
  await using folder = await ScratchFolder.create()
  const config = path.join(folder.path, 'swarmd.toml')
  await writeFile(config, toml)
  try {
    readServeConfig(await effectiveSettings({ config }, {}))
    return true
  } catch (error) {
    assert.equal((error as Error).name, 'ConfigError')
    return false
  }
}

describe('the schema of swarmd.toml', () => {
  let judge: Validator
  before(async () => {
    registerSchema(schema as Parameters<typeof registerSchema>[0], 'https://swarmd.invalid/config', DIALECT)
    judge = await validate('https://swarmd.invalid/config')
  })

  test('is a schema of draft 2020-12, and lies where the example file says', async () => {
    assert.ok((await validate(DIALECT))(schema).valid)
    const [, place = ''] = /^#:schema (\S+)\n/.exec(exampleFile()) ?? []
    assert.equal(readFileSync(new URL(place), 'utf8'), configSchema())
    assert.equal(place, SCHEMA_URL.href)
  })

  test('accepts the example with all of its marks taken away', () => {
    const shown = exampleFile().replaceAll(/^#(\S+ = .+)$/gm, '$1')
    assert.ok(Object.keys(parse(shown)).length > 10)
    assert.ok(judged(judge, shown))
  })

  for (const good of [
    'root = "/srv/swarmd"\nport = 7000\nlsd = false',
    'client-ports = "0"',
    'client-ports = "6000-6063"',
    'upload-limit = "10MB"\ndownload-limit = "none"',
    'upload-limit = "1.5 MiB/s"',
    'upload-limit = "20480"',
    'peers = ["10.0.0.248", "lab-7:5001", "[fe80::1]:5000", "fe80::1"]',
    'api-names = ["lab-7", "lab-7.example"]\nlog-level = "warn"\nchoker = "bep3"',
  ]) {
    test(`accepts ${good.replaceAll('\n', ', ')}, as the service does`, async () => {
      assert.deepEqual([judged(judge, good), await isAccepted(good)], [true, true])
    })
  }

  for (const bad of [
    'prot = 1',
    'port = "5000"',
    'port = 65536',
    'slots = 1',
    'max-peers = 0.5',
    'lsd = "on"',
    'choker = "bep4"',
    'log-level = "loud"',
    'client-ports = "5001"',
    'upload-limit = "10MBit"',
    'upload-limit = 1000000',
    'peers = "10.0.0.248"',
    'peers = ["lab 7"]',
    'peers = ["http://lab-7"]',
    'api-names = ["lab_7"]',
    '[api]\nport = 1',
  ]) {
    test(`refuses ${bad.replaceAll('\n', ', ')}, as the service does`, async () => {
      assert.deepEqual([judged(judge, bad), await isAccepted(bad)], [false, false])
    })
  }
})
