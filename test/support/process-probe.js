/**
 * Loaded into a process before its own code (`node --expose-gc --import FILE`): at SIGUSR2 it writes a line to stderr that
 * says what can't be seen from outside. It changes nothing; the process does what it does without it.
 */
const familiar = new Set(Object.getOwnPropertyNames(Object.prototype))

process.on('SIGUSR2', () => {
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  // What was put where every object of the process would have it.
  const added = Object.getOwnPropertyNames(Object.prototype).filter((name) => !familiar.has(name))
  process.stderr.write(`${JSON.stringify({ event: 'probe', bytes: heapUsed + external, added })}\n`)
})
