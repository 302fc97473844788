import { execFileSync, spawnSync } from 'node:child_process'

const LOCK = '/run/lock/swarmd-test-packages'

const isInstalled = (name: string): boolean => {
  const query = spawnSync('dpkg-query', ['-W', '-f', '${Status}', name], { encoding: 'utf8', timeout: 10_000 })
  return query.status === 0 && query.stdout.includes('install ok installed')
}

const install = (names: readonly string[]): void => {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const script = 'apt-get update -q && apt-get install -y -q --no-install-recommends "$@"'
  // Test files run side by side: the lock lets one install while the others wait.
  execFileSync('flock', [LOCK, 'sh', '-c', script, 'sh', ...names], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 600_000,
  })
}

/**
 * Sees to it that these Debian packages are there, and installs what is missing when we are root.
 * @returns null when all are there, else a sentence that says what is missing and why
 */
export function ensurePackages(names: readonly string[]): string | null {
  if (spawnSync('dpkg-query', ['--version'], { timeout: 10_000 }).status !== 0) return 'this is no Debian'
  const missing = names.filter((name) => !isInstalled(name))
  if (missing.length === 0) return null
  if (process.getuid?.() !== 0) return `not root, and not installed: ${missing.join(' ')}`
  try {
    install(missing)
    return null
  } catch (error) {
    return `could not install ${missing.join(' ')}: ${String(error)}`
  }
}
