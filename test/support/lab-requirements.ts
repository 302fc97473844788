import { spawnSync } from 'node:child_process'
import { ensurePackages } from './debian-packages.ts'

const LAB_PACKAGES = ['iproute2', 'nftables', 'curl']
const CLIENT_PACKAGES = ['python3-libtorrent', 'transmission-daemon', 'aria2', 'opentracker']

const namespaceRefused = (): string | null => {
  const name = `swarmd-${process.pid}-probe`
  const added = spawnSync('ip', ['netns', 'add', name], { encoding: 'utf8', timeout: 10_000 })
  if (added.status !== 0) return `no network namespaces here: ${added.stderr.trim()}`
  spawnSync('ip', ['netns', 'delete', name], { timeout: 10_000 })
  return null
}

/**
 * Whether network namespaces and, if asked, the other clients of the world are to be had.
 * @returns false to go on, or the reason to skip, as `node:test` takes it
 * @throws Error in CI (environment variable `CI`), where a skip is a failure
 */
export function labRequirements(needs: 'lab' | 'lab-and-clients'): string | false {
  const packages = needs === 'lab' ? LAB_PACKAGES : [...LAB_PACKAGES, ...CLIENT_PACKAGES]
  const reason = process.getuid?.() === 0 ? (ensurePackages(packages) ?? namespaceRefused()) : 'the lab needs root'
  if (reason === null) return false
  if (process.env['CI'] !== undefined) throw new Error(reason)
  return reason
}
