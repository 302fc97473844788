/** Commands that show all swarms, where there are many. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commandLine, swarmd } from '../../support/command-line.ts'
import { fakeSwarm, FakeService } from '../../support/fake-service.ts'

const MANY = 60
const numbers = Array.from({ length: MANY }, (_, at) => at + 1)

/** How many requests the service gets before it can answer one. */
function mostAtOnce(service: FakeService): () => number {
  let most = 0
  let now = 0
  const peers = service.peers.bind(service)
  service.peers = (...asked) => {
    most = Math.max(most, ++now)
    setImmediate(() => now--)
    return peers(...asked)
  }
  return () => most
}

test('why: asks of few swarms at a time, and tells of all', async (t) => {
  const service = new FakeService(...numbers)
  const most = mostAtOnce(service)
  const { run } = await commandLine(t, service)
  const { code, out } = await run('why')
  assert.equal(code, 0)
  assert.equal(out.match(/^file-\d+\.img is downloading/gm)?.length, MANY)
  assert.ok(most() <= 2, `${most()} at a time`)
})

test('watch: says how many there is no room for, and asks no peers that are not shown', async (t) => {
  const service = new FakeService(...numbers)
  const { folder, url } = await commandLine(t, service)
  let looks = 0
  const onSleep = (): void => {
    if (++looks === 2) service.fault = new Error('enough')
  }
  const env = { SWARMD_API: url, SWARMD_ROOT: folder, NO_COLOR: '1' }
  const { err } = await swarmd(['watch'], env, { columns: 80, onSleep })
  // 24 rows, the last of which is left free.
  assert.match(err, /file-22\.img[^]*… and 38 more swarms/)
  assert.deepEqual(
    service.calls.filter(([name]) => name === 'peers'),
    [],
  )
})

test('watch: peers beyond the first page are counted too', async (t) => {
  const service = new FakeService()
  service.hold(fakeSwarm(1))
  const [peer] = new FakeService(1).peers(fakeSwarm(1).infoHash)
  assert.ok(peer)
  service.peers = () => Array.from({ length: 150 }, (_, at) => ({ ...peer, address: `10.0.1.${at}:5000` }))
  const { folder, url } = await commandLine(t, service)
  let looks = 0
  const onSleep = (): void => {
    if (++looks === 2) service.fault = new Error('enough')
  }
  const { err } = await swarmd(
    ['watch'],
    { SWARMD_API: url, SWARMD_ROOT: folder, NO_COLOR: '1' },
    { columns: 80, onSleep },
  )
  // Each is two lines, and 22 of all 301 fit.
  assert.match(err, /… and 279 more lines/)
})
