import assert from 'node:assert/strict'
import { test } from 'node:test'
import { effectiveSettings, type Environment } from '../../../src/cli/config/effective-settings.ts'
import { LiveConfig } from '../../../src/cli/config/reload.ts'

test('settings that are read again are compared with those before, and each says when it holds', async () => {
  let environment: Environment = {}
  const read = () => effectiveSettings({ port: '7000' }, environment)
  const live = new LiveConfig(await read(), read)
  assert.deepEqual(await live.reload(), [])
  environment = { SWARMD_METRICS_PEERS: '9', SWARMD_MAX_CONNECTIONS: '7', SWARMD_PORT: '1' }
  assert.deepEqual(await live.reload(), [
    { key: 'max-connections', from: 200, to: 7, holds: 'from the next start' },
    { key: 'metrics-peers', from: 50, to: 9, holds: 'now' },
  ])
  assert.deepEqual([live.config.metricsPeers, live.config.port], [9, 7000])
})

test('settings that are wrong change nothing', async () => {
  let environment: Environment = {}
  const read = () => effectiveSettings({}, environment)
  const live = new LiveConfig(await read(), read)
  environment = { SWARMD_PORT: '5080', SWARMD_METRICS_PEERS: '9' }
  await assert.rejects(live.reload(), { name: 'ConfigError', message: /^--api-port 5080: is the peer port/ })
  assert.equal(live.config.metricsPeers, 50)
})
