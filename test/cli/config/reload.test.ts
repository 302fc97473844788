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
    { key: 'max-connections', from: 200, to: 7, holds: 'now' },
    { key: 'metrics-peers', from: 50, to: 9, holds: 'now' },
  ])
  assert.deepEqual([live.config.metricsPeers, live.config.maxConnections, live.config.port], [9, 7, 7000])
})

test('settings that are wrong change nothing', async () => {
  let environment: Environment = {}
  const read = () => effectiveSettings({}, environment)
  const live = new LiveConfig(await read(), read)
  environment = { SWARMD_PORT: '5080', SWARMD_METRICS_PEERS: '9' }
  await assert.rejects(live.reload(), { name: 'ConfigError', message: /^--api-port 5080: is the peer port/ })
  assert.equal(live.config.metricsPeers, 50)
})

test('what waits for a start is told at each reload, until it is as it was', async () => {
  let environment: Environment = {}
  const read = () => effectiveSettings({}, environment)
  const live = new LiveConfig(await read(), read)
  environment = { SWARMD_PORT: '7000', SWARMD_LSD: 'off', SWARMD_API_PORT: '7080', SWARMD_SLOTS: '6' }
  const waiting = [
    { key: 'port', from: 5000, to: 7000, holds: 'from the next start' },
    { key: 'api-port', from: 5080, to: 7080, holds: 'from the next start' },
  ]
  assert.deepEqual(await live.reload(), [
    { key: 'slots', from: 4, to: 6, holds: 'now' },
    { key: 'lsd', from: true, to: false, holds: 'now' },
    ...waiting,
  ])
  assert.deepEqual(await live.reload(), waiting)
  // The client ports go with the peer port that is listened on.
  const { port, lsd, choker, clientPorts } = live.config
  assert.deepEqual(
    { port, lsd, choker, clientPorts },
    {
      port: 5000,
      lsd: false,
      choker: { profile: 'lab', slots: 6 },
      clientPorts: { first: 5001, last: 5064 },
    },
  )
  environment = {}
  assert.deepEqual(await live.reload(), [
    { key: 'slots', from: 6, to: 4, holds: 'now' },
    { key: 'lsd', from: false, to: true, holds: 'now' },
  ])
})

test('client ports that hold the port of now, and not that of the next start, wait for it', async () => {
  let environment: Environment = {}
  const read = () => effectiveSettings({}, environment)
  const live = new LiveConfig(await read(), read)
  environment = { SWARMD_PORT: '7000', SWARMD_CLIENT_PORTS: '4990-5010', SWARMD_MAX_PEERS: '9' }
  assert.deepEqual(
    (await live.reload()).map(({ key, holds }) => `${key} ${holds}`),
    ['max-peers now', 'port from the next start', 'client-ports from the next start'],
  )
  assert.deepEqual([live.config.clientPorts, live.config.maxPeers], [{ first: 5001, last: 5064 }, 9])
})
