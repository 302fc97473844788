#!/usr/bin/env node
// Plain JavaScript that old versions of Node can read: finds one that runs the rest, which is TypeScript as it is.
import { spawn, spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import module, { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const WANTED_MAJOR = 24
const NO_RUNTIME = 78
/** After the command is over, whatever is still open may hold the process no longer than this. */
const LINGER_MS = 1000

const majorOf = (version) => Number(/^v?(\d+)\./.exec(version)?.[1] ?? 0)

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The Node that package-lock.json pins; absent on other systems, and after `npm install --omit=optional`. */
function pinnedNode() {
  try {
    const name = `node-${process.platform}-${process.arch}/package.json`
    const file = join(dirname(createRequire(import.meta.url).resolve(name)), 'bin', 'node')
    return isExecutable(file) ? file : null
  } catch {
    return null
  }
}

/** The first Node on the PATH that is new enough. */
function installedNode() {
  for (const directory of (process.env.PATH ?? '').split(delimiter)) {
    const file = join(directory, 'node')
    if (directory === '' || !isExecutable(file)) continue
    const { stdout, status } = spawnSync(file, ['--version'], { encoding: 'utf8' })
    if (status === 0 && majorOf(stdout) >= WANTED_MAJOR) return file
  }
  return null
}

/** Runs this very script with another Node, and ends as it ends. */
function runWith(node) {
  const script = fileURLToPath(import.meta.url)
  const args = [...process.execArgv, script, ...process.argv.slice(2)]
  // The channel carries nothing: by its end the child learns that we were killed.
  const child = spawn(node, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] })
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => fail(`${node} does not run: ${error.message}`))
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1)
    for (const each of signals) process.removeAllListeners(each)
    process.kill(process.pid, signal)
  })
}

function fail(reason) {
  process.stderr.write(`swarmd: ${reason}\n`)
  process.exit(NO_RUNTIME)
}

if (majorOf(process.version) >= WANTED_MAJOR) {
  module.enableCompileCache()
  const { main } = await import('./main.ts')
  process.exitCode = await main(process.argv.slice(2))
  setTimeout(() => process.exit(), LINGER_MS).unref()
} else {
  const node = pinnedNode() ?? installedNode()
  if (node === null) {
    fail(`needs Node.js ${WANTED_MAJOR} or newer, this is ${process.version}; run "npm install" to get the pinned one`)
  } else {
    runWith(node)
  }
}
