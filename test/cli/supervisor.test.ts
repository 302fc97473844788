import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { Supervisor } from '../../src/cli/supervisor.ts'

function supervisor(t: TestContext, environment: Record<string, string>) {
  const said: string[][] = []
  const logged: string[] = []
  const made = new Supervisor({
    environment,
    pids: [7, 1],
    log: (event) => logged.push(event),
    notify: async (words) => void said.push([...words]),
  })
  t.after(() => made.close())
  return { made, said, logged }
}

const underSystemd = { NOTIFY_SOCKET: '/run/systemd/notify', WATCHDOG_USEC: '30000000' }

test('without systemd nothing is said', async (t) => {
  const { made, said } = supervisor(t, { WATCHDOG_USEC: '30000000' })
  await made.ready('here')
  await made.stopping()
  assert.equal(made.watchdogMs, null)
  assert.deepEqual(said, [])
})

test('systemd hears that we are ready, that we read settings again, and that we stop', async (t) => {
  const { made, said } = supervisor(t, underSystemd)
  await made.ready('seeder of 1')
  await made.reloading()
  await made.stopping()
  assert.deepEqual(
    said.map(([first]) => first),
    ['READY=1', 'RELOADING=1', 'STOPPING=1'],
  )
  assert.equal(said[0]?.[1], 'STATUS=seeder of 1')
})

test('the watchdog is told twice in its time, when it means us or who started us', (t) => {
  assert.equal(supervisor(t, underSystemd).made.watchdogMs, 15_000)
  assert.equal(supervisor(t, { ...underSystemd, WATCHDOG_PID: '7' }).made.watchdogMs, 15_000)
  assert.equal(supervisor(t, { ...underSystemd, WATCHDOG_PID: '8' }).made.watchdogMs, null)
  assert.equal(supervisor(t, { NOTIFY_SOCKET: 'x' }).made.watchdogMs, null)
})

test('the watchdog hears of us only while we are healthy, and one question is asked at a time', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const { made, said, logged } = supervisor(t, underSystemd)
  let health = Promise.withResolvers<string>()
  let asked = 0
  made.watch(() => {
    asked++
    return health.promise
  })
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  t.mock.timers.tick(15_000)
  assert.deepEqual([asked, said], [1, []])
  health.resolve('fine')
  await settled()
  assert.deepEqual(said, [['WATCHDOG=1', 'STATUS=fine']])
  health = Promise.withResolvers()
  t.mock.timers.tick(15_000)
  health.reject(new Error('EIO'))
  await settled()
  assert.deepEqual([asked, said.length, logged], [2, 1, ['service.unhealthy']])
  made.close()
  t.mock.timers.tick(60_000)
  assert.equal(asked, 2)
})

test('a systemd that does not answer is told in the log, and harms nothing', async () => {
  const logged: string[] = []
  const made = new Supervisor({
    environment: underSystemd,
    pids: [],
    log: (event) => logged.push(event),
    notify: () => Promise.reject(new Error('ENOENT')),
  })
  await made.ready('here')
  assert.deepEqual(logged, ['service.notify-failed'])
})
