import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { appendFile, mkdir, rename, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { watchFolder, type WatchFolderOptions } from '../../../src/io/watch/watch-folder.ts'
import { ScratchFolder } from '../../support/scratch-folder.ts'
import { waitUntil } from '../../support/wait-until.ts'

/** Longer than any test takes, though its process stands still in the midst of it. */
const NEVER_MS = 3_600_000

/** Watches a new folder; `log` has what was told: `+name content`, `!name reason`, `-name`. */
class Watched implements AsyncDisposable {
  readonly folder: string
  readonly log: string[] = []
  readonly #scratch: ScratchFolder
  #markers = 0
  readonly #watch: { close(): void }

  private constructor(scratch: ScratchFolder, options: Partial<WatchFolderOptions>) {
    this.#scratch = scratch
    this.folder = join(scratch.path, 'torrents')
    this.#watch = watchFolder({
      directory: this.folder,
      rescanMs: 100,
      settleMs: 300,
      complete: (bytes) => bytes.length > 0 && bytes.at(-1) === 0x2e,
      onFile: (path, bytes) => this.log.push(`+${basename(path)} ${bytes.toString()}`),
      onInvalid: (path, reason) => this.log.push(`!${basename(path)} ${reason}`),
      onRemoved: (path) => this.log.push(`-${basename(path)}`),
      ...options,
    })
  }

  static async create(options: Partial<WatchFolderOptions> = {}): Promise<Watched> {
    const scratch = await ScratchFolder.create()
    await mkdir(join(scratch.path, 'torrents'))
    return new Watched(scratch, options)
  }

  at(name: string): string {
    return join(this.folder, name)
  }

  async until(...expected: string[]): Promise<void> {
    await waitUntil(expected.join(', '), () => this.log.length >= expected.length, { intervalMs: 10 })
    assert.deepEqual([...this.log].sort(), [...expected].sort())
  }

  /** Everything that was in the folder before this call was looked at, twice. */
  async settled(): Promise<void> {
    for (let round = 0; round < 2; round++) {
      const name = `marker${this.#markers++}.torrent`
      const marker = `+${name} .`
      await writeFile(this.at(name), '.')
      await waitUntil(marker, () => this.log.includes(marker), { intervalMs: 10 })
      this.log.splice(this.log.indexOf(marker), 1)
    }
  }

  close(): void {
    this.#watch.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
    await this.#scratch[Symbol.asyncDispose]()
  }
}

test('files are taken that were there before, that are written and that are renamed into the folder', async () => {
  await using watched = await Watched.create()
  await writeFile(watched.at('before.torrent'), 'a.')
  await watched.until('+before.torrent a.')
  await writeFile(watched.at('written.torrent'), 'b.')
  await writeFile(watched.at('renamed.part'), 'c.')
  await rename(watched.at('renamed.part'), watched.at('renamed.torrent'))
  await watched.until('+before.torrent a.', '+written.torrent b.', '+renamed.torrent c.')
})

test('a file that drips in is taken once, when it is whole', async () => {
  await using watched = await Watched.create({ settleMs: NEVER_MS })
  for (let part = 0; part < 10; part++) {
    await appendFile(watched.at('slow.torrent'), 'x')
    await watched.settled()
  }
  await appendFile(watched.at('slow.torrent'), '.')
  await watched.settled()
  assert.deepEqual(watched.log, ['+slow.torrent xxxxxxxxxx.'])
})

test('an event is enough, long before the next rescan', async () => {
  await using watched = await Watched.create({ rescanMs: NEVER_MS, settleMs: NEVER_MS })
  await writeFile(watched.at('a.torrent'), 'a.')
  await watched.until('+a.torrent a.')
  await writeFile(watched.at('b.torrent'), 'half')
  await watched.settled()
  await appendFile(watched.at('b.torrent'), '.')
  await watched.until('+a.torrent a.', '+b.torrent half.')
})

test('new content is found though it has the size and an older time', async () => {
  await using watched = await Watched.create()
  const path = watched.at('a.torrent')
  await writeFile(path, 'one.')
  await watched.until('+a.torrent one.')
  const time = new Date('2001-02-03')
  await writeFile(path, 'two.')
  await utimes(path, time, time)
  await watched.until('+a.torrent one.', '+a.torrent two.')
})

test('the same content is not taken twice, however often the file is touched or written', async () => {
  await using watched = await Watched.create({ settleMs: NEVER_MS })
  const path = watched.at('a.torrent')
  await writeFile(path, 'one.')
  await watched.until('+a.torrent one.')
  await utimes(path, new Date(), new Date())
  await truncate(path, 1)
  await watched.settled()
  await writeFile(path, 'one.')
  await watched.settled()
  assert.deepEqual(watched.log, ['+a.torrent one.'])
})

test('what stays incomplete is told once for each change, and taken when it is whole after all', async () => {
  await using watched = await Watched.create()
  const reason = 'incomplete, and unchanged for 0.3 s'
  await writeFile(watched.at('a.torrent'), 'half')
  await watched.until(`!a.torrent ${reason}`)
  await watched.settled()
  await appendFile(watched.at('a.torrent'), ' more')
  await watched.until(`!a.torrent ${reason}`, `!a.torrent ${reason}`)
  await appendFile(watched.at('a.torrent'), '.')
  await watched.until(`!a.torrent ${reason}`, `!a.torrent ${reason}`, '+a.torrent half more.')
})

test('links, FIFOs, folders, files that are too large and other names are passed over', {
  timeout: 120_000,
}, async () => {
  await using watched = await Watched.create({ maxBytes: 100 })
  await writeFile(watched.at('other.txt'), '.')
  await symlink('other.txt', watched.at('link.torrent'))
  await mkdir(watched.at('folder.torrent'))
  execFileSync('mkfifo', [watched.at('fifo.torrent')])
  await writeFile(watched.at('large.torrent'), `${'x'.repeat(100)}.`)
  await watched.settled()
  assert.deepEqual(watched.log, [])
})

test('a removed file is told, and taken again when it comes back', async () => {
  await using watched = await Watched.create()
  await writeFile(watched.at('a.torrent'), 'a.')
  await watched.until('+a.torrent a.')
  await rm(watched.at('a.torrent'))
  await watched.until('+a.torrent a.', '-a.torrent')
  await writeFile(watched.at('a.torrent'), 'a.')
  await watched.until('+a.torrent a.', '-a.torrent', '+a.torrent a.')
})

test('a folder that goes away says nothing of its files, and is watched again when it is back', async () => {
  await using watched = await Watched.create()
  await writeFile(watched.at('a.torrent'), 'a.')
  await writeFile(watched.at('b.torrent'), 'b.')
  await watched.until('+a.torrent a.', '+b.torrent b.')
  await rename(watched.folder, `${watched.folder}.away`)
  // Another folder that is looked at as often tells when this one must have been missed.
  await using other = await Watched.create()
  for (let round = 0; round < 3; round++) await other.settled()
  const { setTimeout: pass } = await import('node:timers/promises')
  await pass(350)
  assert.equal(watched.log.length, 2)
  await mkdir(watched.folder)
  await writeFile(watched.at('b.torrent'), 'b.')
  await writeFile(watched.at('c.torrent'), 'c.')
  await watched.until('+a.torrent a.', '+b.torrent b.', '-a.torrent', '+c.torrent c.')
  await watched.settled()
  assert.equal(watched.log.length, 4)
})

test('a thousand files at once are all taken', async () => {
  await using watched = await Watched.create()
  const names = Array.from({ length: 1000 }, (_, index) => `f${index}.torrent`)
  await Promise.all(names.map((name) => writeFile(watched.at(name), `${name}.`)))
  await watched.until(...names.map((name) => `+${name} ${name}.`))
})

test('once closed nothing more is told', async () => {
  await using watched = await Watched.create()
  await writeFile(watched.at('a.torrent'), 'a.')
  await watched.until('+a.torrent a.')
  await writeFile(watched.at('b.torrent'), 'b.')
  watched.close()
  await using other = await Watched.create()
  await writeFile(other.at('c.torrent'), 'c.')
  await other.until('+c.torrent c.')
  assert.deepEqual(watched.log, ['+a.torrent a.'])
})
