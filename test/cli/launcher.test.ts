import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { text } from 'node:stream/consumers'

const sources = new URL('../../src/cli/', import.meta.url).pathname
/** Makes the launcher believe in an old Node; what it starts has a channel, and so sees the truth. */
const oldNode = `data:text/javascript,${encodeURIComponent(
  "if (process.channel === undefined) Object.defineProperty(process, 'version', { value: 'v20.0.0' })",
)}`

/** A main that does what its first argument says. */
const stubMain = `
import { endWithLauncher } from ${JSON.stringify(`${sources}launcher-end.ts`)}
export async function main(argv: readonly string[]): Promise<number> {
  const [what, ...rest] = argv
  if (what === 'tell') process.stdout.write(JSON.stringify({ rest, version: process.version }))
  if (what === 'die') process.kill(process.pid, 'SIGKILL')
  if (what !== 'wait') return 7
  endWithLauncher(9)
  const open = setInterval(() => {}, 1000)
  const ended = new Promise<string>((resolve) => process.once('SIGTERM', resolve).once('SIGINT', resolve))
  process.stdout.write(String(process.pid) + '\\n')
  process.stdout.write(await ended)
  clearInterval(open)
  return 3
}
`

interface Place {
  readonly directory: string
  readonly script: string
}

/** The launcher beside a main of ours; the only Node to be found is the one in \`node_modules\` or \`bin\`. */
async function place(test: TestContext, nodeIn: 'node_modules' | 'bin' | 'nowhere'): Promise<Place> {
  const directory = await mkdtemp(join(tmpdir(), 'swarmd-launcher-'))
  test.after(() => rm(directory, { recursive: true }))
  const script = join(directory, 'swarmd.js')
  await copyFile(`${sources}swarmd.js`, script)
  await writeFile(join(directory, 'package.json'), '{"type":"module"}')
  await writeFile(join(directory, 'main.ts'), stubMain)
  const pinned = join(directory, 'node_modules', `node-${process.platform}-${process.arch}`)
  await mkdir(join(pinned, 'bin'), { recursive: true })
  await mkdir(join(directory, 'bin'))
  if (nodeIn === 'node_modules') {
    await writeFile(join(pinned, 'package.json'), '{}')
    await symlink(process.execPath, join(pinned, 'bin', 'node'))
  }
  if (nodeIn === 'bin') await symlink(process.execPath, join(directory, 'bin', 'node'))
  return { directory, script }
}

function launch({ directory, script }: Place, runtime: 'old' | 'new', ...argv: string[]) {
  const flags = runtime === 'old' ? ['--import', oldNode] : []
  return spawn(process.execPath, [...flags, script, ...argv], {
    env: { PATH: join(directory, 'bin') },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

async function outcome(child: ReturnType<typeof launch>) {
  const exit = once(child, 'exit') as Promise<[number | null, string | null]>
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  const [code, signal] = await exit
  return { out, err, code, signal }
}

for (const [runtime, nodeIn] of [
  ['new', 'nowhere'],
  ['old', 'node_modules'],
  ['old', 'bin'],
] as const) {
  test(`a Node that is ${runtime}, another in ${nodeIn}: arguments go in, output and exit code come out`, async (t) => {
    const { out, err, code } = await outcome(launch(await place(t, nodeIn), runtime, 'tell', 'a b', '--flag', ''))
    assert.deepEqual(JSON.parse(out), { rest: ['a b', '--flag', ''], version: process.version })
    assert.deepEqual([err, code], ['', 7])
  })
}

test('an old Node and no other exits 78 with what to do', async (t) => {
  const { out, err, code } = await outcome(launch(await place(t, 'nowhere'), 'old', 'tell'))
  assert.equal(err, 'swarmd: needs Node.js 24 or newer, this is v20.0.0; run "npm install" to get the pinned one\n')
  assert.deepEqual([out, code], ['', 78])
})

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} is passed on, and the exit code comes back`, async (t) => {
    const child = launch(await place(t, 'node_modules'), 'old', 'wait')
    const ended = outcome(child)
    await once(child.stdout, 'data')
    child.kill(signal)
    const { out, code } = await ended
    assert.ok(out.endsWith(signal), out)
    assert.equal(code, 3)
  })
}

test('what is killed by a signal looks so from outside', async (t) => {
  const { signal } = await outcome(launch(await place(t, 'node_modules'), 'old', 'die'))
  assert.equal(signal, 'SIGKILL')
})

test('a launcher that is killed takes the service with it', { timeout: 120_000 }, async (t) => {
  const child = launch(await place(t, 'node_modules'), 'old', 'wait')
  const ended = outcome(child)
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  // The output ends only when no process holds its other end.
  assert.match((await ended).out, /^\d+\n$/)
})
