import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { RootLock, RootLockedError } from '../../../src/io/disk/root-lock.ts'
import { ScratchFolder } from '../../support/scratch-folder.ts'

const module = new URL('../../../src/io/disk/root-lock.ts', import.meta.url).href

/** A process that tries to take the lock, says `locked` or the error's name, and stays. */
function starter(root: string): ChildProcess {
  const script = `
    const { RootLock } = await import(${JSON.stringify(module)})
    const word = await RootLock.acquire(${JSON.stringify(root)}).then(() => 'locked', (error) => error.name)
    process.stdout.write(word)
    setInterval(() => {}, 1e6)`
  return spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
}

async function wordOf(child: ChildProcess): Promise<string> {
  assert.ok(child.stdout)
  const [word] = (await once(child.stdout, 'data')) as [Buffer]
  return word.toString()
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

test('a second one on the same root is told who is there, and changes nothing', async () => {
  await using folder = await ScratchFolder.create()
  const lock = await RootLock.acquire(folder.path)
  const before = await readdir(folder.path, { recursive: true })
  await assert.rejects(RootLock.acquire(folder.path), (error) => {
    assert.ok(error instanceof RootLockedError)
    assert.equal(error.pid, process.pid)
    return true
  })
  assert.deepEqual(await readdir(folder.path, { recursive: true }), before)
  await lock.release()
})

test('once released it can be taken again, and nothing is left of it', async () => {
  await using folder = await ScratchFolder.create()
  const lock = await RootLock.acquire(folder.path)
  await lock.release()
  await lock.release()
  assert.deepEqual(await readdir(join(folder.path, '.swarmd')), [])
  await (await RootLock.acquire(folder.path)).release()
})

test('a root whose path is longer than a socket path may be can be locked', async () => {
  await using folder = await ScratchFolder.create()
  const root = join(folder.path, 'x'.repeat(150))
  await mkdir(root)
  const lock = await RootLock.acquire(root)
  await assert.rejects(RootLock.acquire(root), RootLockedError)
  await lock.release()
})

test('the lock of a killed process does not block, that of a stopped one does', { timeout: 120_000 }, async () => {
  await using folder = await ScratchFolder.create()
  const child = starter(folder.path)
  try {
    assert.equal(await wordOf(child), 'locked')
    child.kill('SIGSTOP')
    await assert.rejects(RootLock.acquire(folder.path), (error) => {
      assert.ok(error instanceof RootLockedError)
      assert.equal(error.pid, child.pid)
      return true
    })
  } finally {
    await kill(child)
  }
  const lock = await RootLock.acquire(folder.path)
  await lock.release()
})

test('of many processes that find a stale lock at once, one gets it', { timeout: 240_000 }, async () => {
  await using folder = await ScratchFolder.create()
  const first = starter(folder.path)
  assert.equal(await wordOf(first), 'locked')
  await kill(first)
  const children = Array.from({ length: 5 }, () => starter(folder.path))
  try {
    const words = await Promise.all(children.map(wordOf))
    assert.deepEqual(words.sort(), [
      'RootLockedError',
      'RootLockedError',
      'RootLockedError',
      'RootLockedError',
      'locked',
    ])
  } finally {
    await Promise.all(children.map(kill))
  }
})

test('of many calls at once, again and again over released and stale locks, one gets it', async () => {
  await using folder = await ScratchFolder.create()
  for (let round = 0; round < 20; round++) {
    // A folder with a file that nobody listens on: what a killed owner leaves.
    await mkdir(join(folder.path, '.swarmd', 'lock'), { recursive: true })
    await writeFile(join(folder.path, '.swarmd', 'lock', `1-${round}`), '')
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => RootLock.acquire(folder.path)))
    const locks = outcomes.filter((outcome) => outcome.status === 'fulfilled')
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') assert.ok(outcome.reason instanceof RootLockedError, String(outcome.reason))
    }
    assert.equal(locks.length, 1)
    await locks[0]?.value.release()
    assert.deepEqual(await readdir(join(folder.path, '.swarmd')), [])
  }
})
