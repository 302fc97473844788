/**
 * `npm test`: all checks in order, cheap ones first; ends at the first that fails. Test files share the cores, two at a time
 * or three where they mostly wait; those that measure time, rates or memory have the machine to themselves.
 *
 * `npm test -- unit` (or any folder of test/) runs only that.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import path from 'node:path'

const TOP = path.resolve(import.meta.dirname, '..')
/** What was made of the TypeScript once is not made again for each test file: that is most of what a short one costs. */
const COMPILED = path.join(TOP, 'node_modules', '.cache', 'compiled')
/** Folders of whole services, with other clients or attackers, each in its own namespaces or on ports of the system's choice. */
const WHOLE = ['interop', 'hostile', 'service', 'e2e']
/** Of these, what runs one at a time, after all others: it has bounds that somebody else's work would break. */
const ALONE = [
  // How soon the README's second peer has the file.
  'e2e/first-commands',
  // How much memory grows, and a bystander's rate.
  'hostile/memory',
  'hostile/tracker-state',
  // When ten peers that start together get their first byte.
  'interop/choker',
]
/** No tests in there. */
const NOT_TESTS = ['support', 'bench', 'screenshots', 'fixtures']

const folders = process.argv.slice(2)

function step(name: string, command: string, args: readonly string[]): void {
  const began = performance.now()
  process.stdout.write(`\n── ${name}\n`)
  const env = { ...process.env, NODE_COMPILE_CACHE: COMPILED }
  const { status, error } = spawnSync(command, args, { cwd: TOP, stdio: 'inherit', env })
  if (error) process.stderr.write(`${command}: ${error.message}\n`)
  process.stdout.write(
    `── ${name}: ${status === 0 ? 'ok' : 'FAILED'}, ${((performance.now() - began) / 1000).toFixed(1)} s\n`,
  )
  if (status !== 0) process.exit(1)
}

/** Test files below test/FOLDER, or those right in test/. */
function testFiles(folder: string): string[] {
  const inside = path.join(TOP, 'test', folder)
  return readdirSync(inside, { recursive: folder !== '', encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => path.join('test', folder, name))
    .sort()
}

function tests(name: string, files: readonly string[], concurrency: number): void {
  const reporter = ['--test-reporter=spec']
  step(name, process.execPath, [
    '--test',
    `--test-concurrency=${concurrency}`,
    '--test-timeout=900000',
    ...reporter,
    ...files,
  ])
}

if (folders.length > 0) {
  for (const folder of folders) tests(folder, testFiles(folder), 1)
} else {
  step('lint', 'npx', ['oxlint', '--type-aware', '--deny-warnings'])
  step('format', 'npx', ['biome', 'format', '.'])
  step('types', 'npx', ['tsc', '--noEmit'])
  step('types of the page', 'npx', ['tsc', '--noEmit', '--project', 'src/web'])
  step('generated files', process.execPath, ['src/cli/generate.ts', '--check'])
  const quiet = ['REDOCLY_TELEMETRY=off', 'REDOCLY_SUPPRESS_UPDATE_NOTICE=true']
  step('openapi document', 'env', [...quiet, 'npx', 'redocly', 'lint', 'openapi/openapi.json'])
  const all = readdirSync(path.join(TOP, 'test'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !NOT_TESTS.includes(entry.name))
    .map((entry) => entry.name)
  const small = ['', ...all.filter((name) => !WHOLE.includes(name))].flatMap(testFiles)
  const whole = WHOLE.flatMap(testFiles)
  const isAlone = (file: string): boolean =>
    ALONE.some((name) => file.startsWith(`test/${name}/`) || file === `test/${name}.test.ts`)
  tests('unit, sim, fuzz, control', small, 2)
  tests(
    'interop, hostile, service, e2e',
    whole.filter((file) => !isAlone(file)),
    3,
  )
  tests('one at a time', whole.filter(isAlone), 1)
}
