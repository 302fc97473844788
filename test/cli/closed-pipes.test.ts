/** `swarmd … | head`: a reader that has what it wanted is no fault, and nothing goes on for nobody. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test, type TestContext } from 'node:test'
import { createControl } from '../../src/control/index.ts'
import { FakeService } from '../support/fake-service.ts'

const program = new URL('../../src/cli/swarmd.js', import.meta.url).pathname

/** Runs it; its reader leaves, at once or after what comes first. */
async function runUnread(t: TestContext, argv: readonly string[], leave: 'at once' | 'later', api = '') {
  const env = { PATH: process.env['PATH'] ?? '', SWARMD_API: api }
  const child = spawn(process.execPath, [program, ...argv], { cwd: '/', env, stdio: ['ignore', 'pipe', 'pipe'] })
  t.after(() => child.kill('SIGKILL'))
  let err = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  if (leave === 'later') await once(child.stdout, 'data')
  child.stdout.destroy()
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, err }
}

for (const argv of [['--help'], ['config'], ['config', '--effective'], ['completions', 'bash']]) {
  test(`"swarmd ${argv.join(' ')}" that nobody reads ends without a word`, async (t) => {
    assert.deepEqual(await runUnread(t, argv, 'at once'), { code: 0, err: '' })
  })
}

test('watch and events end when their reader does', async (t) => {
  const service = new FakeService(1)
  const control = createControl({ service, port: 0 })
  t.after(() => control.close())
  const { url } = await control.listen()
  const watched = runUnread(t, ['watch', '--json'], 'later', url)
  // A message a second, as a rate is another each time.
  const moving = setInterval(() => {
    for (const swarm of service.held.values()) service.hold({ ...swarm, downloaded: swarm.downloaded + 1 })
  }, 100)
  t.after(() => clearInterval(moving))
  const heard = runUnread(t, ['events', '--json', '--topics', 'stats'], 'later', url)
  assert.deepEqual(await Promise.all([watched, heard]), [
    { code: 0, err: '' },
    { code: 0, err: '' },
  ])
})
