import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, it } from 'node:test'
import type { MillionAnnounces } from '../support/million-announces.ts'

const SCRIPT = fileURLToPath(new URL('../support/million-announces.ts', import.meta.url))
const MIB = 1024 * 1024

describe('a million random announces', { timeout: 300_000 }, () => {
  it('cost the tracker less than 256 MiB, and none of its own swarms', () => {
    // In a process of its own, with the memory settings of `npm start`: what a test runner keeps is not counted.
    const child = spawnSync(process.execPath, ['--max-semi-space-size=2', SCRIPT], {
      encoding: 'utf8',
      timeout: 280_000,
    })
    assert.equal(child.status, 0, child.stderr)
    const seen = JSON.parse(child.stdout) as MillionAnnounces
    assert.ok(seen.grownBytes < 256 * MIB, `${(seen.grownBytes / MIB).toFixed(0)} MiB more`)
    assert.deepEqual(seen.sizes, { registeredSwarms: 10, foreignSwarms: 10_000, foreignPeers: 10_000 })
    assert.equal(seen.ownNamed, 10, 'each of its own swarms still has its own peer')
    assert.ok(seen.mostPeers <= 1000 && seen.mostPorts <= 3, JSON.stringify(seen))
    assert.ok(seen.mostNamed <= 50)
  })
})
