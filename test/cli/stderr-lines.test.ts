import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test, type TestContext } from 'node:test'
import { text } from 'node:stream/consumers'

const sources = new URL('../../src/cli/', import.meta.url).pathname

/** A process that has the log of the service on its stderr, and runs this. */
function logging(t: TestContext, code: string) {
  const program = `
    import { EventLog } from ${JSON.stringify(`${sources}event-log.ts`)}
    import { StderrLines } from ${JSON.stringify(`${sources}stderr-lines.ts`)}
    process.stderr.on('error', () => {})
    const stderr = new StderrLines(process.stderr)
    let wasRoom = true
    const { write: log } = new EventLog({ format: 'json', write: (line) => (wasRoom = stderr.write(line)) })
    ${code}`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['pipe', 'pipe', 'pipe'] })
  t.after(() => child.kill('SIGKILL'))
  return child
}

const eventsOf = (lines: string) =>
  lines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string; number?: number; count?: number; attempt?: number })

const upTo = (length: number) => Array.from({ length }, (_, number) => number)

test('a process that is killed in the midst of its work has told all', { timeout: 60_000 }, async (t) => {
  // So many fit, whether or not anybody reads.
  const child = logging(
    t,
    `for (let number = 0; number < 100; number++) log('swarm.added', { number })
    process.kill(process.pid, 'SIGKILL')`,
  )
  const [lines, [, signal]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  assert.equal(signal, 'SIGKILL')
  assert.deepEqual(
    eventsOf(lines).map(({ number }) => number),
    upTo(100),
  )
})

test('who does not read the log holds nobody up, and hears how much is missing', { timeout: 60_000 }, async (t) => {
  // 4 MB: far more than what lies between the two.
  const child = logging(
    t,
    `for (let number = 0; number < 4_000; number++) log('swarm.added', { number, name: 'a'.repeat(1_000) })
    process.stdout.write('done')
    process.stdin.once('data', () => {
      let attempt = 0
      const again = setInterval(() => {
        log('service.stopped', { attempt })
        attempt++
        if (!wasRoom) return
        clearInterval(again)
        process.stdin.destroy()
      }, 5)
    })`,
  )
  const [done] = (await once(child.stdout, 'data')) as [Buffer]
  assert.equal(done.toString(), 'done')
  child.stdin.end('\n')
  const [lines] = await Promise.all([text(child.stderr), once(child, 'exit')])
  const events = eventsOf(lines)
  const told = events.flatMap(({ number }) => number ?? [])
  assert.deepEqual(told, upTo(told.length))
  assert.ok(told.length > 50 && told.length < 2_000, `${told.length} lines`)
  const [stopped, lost] = events.slice(-2)
  assert.deepEqual([stopped?.event, lost?.event], ['service.stopped', 'log.lost'])
  assert.equal(lost?.count, 4_000 - told.length + (stopped?.attempt ?? 0))
})
