/** The command line in front of the real API. */
import assert from 'node:assert/strict'
import { Command } from 'commander'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { TestContext } from 'node:test'
import type { ClientSystem } from '../../src/cli/client/client-system.ts'
import { clientCommands } from '../../src/cli/commands/index.ts'
import { createControl } from '../../src/control/index.ts'
import { FakeService } from './fake-service.ts'

interface Outcome {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** A service behind its API, and the command line in front of it. */
export async function commandLine(test: TestContext, service = new FakeService(1, 2, 3)) {
  const control = createControl({ service, host: '127.0.0.1', port: 0 })
  const { url } = await control.listen()
  test.after(() => control.close())
  const folder = await mkdtemp(path.join(tmpdir(), 'swarmd-client-'))
  test.after(() => rm(folder, { recursive: true }))
  const run = (...argv: string[]): Promise<Outcome> => swarmd(argv, { SWARMD_API: url, SWARMD_ROOT: folder })
  return { service, folder, run, url }
}

interface Terminal {
  readonly columns: number
  /** Called when the command waits. */
  readonly onSleep?: () => void
}

/** Runs one command, with a clock that only goes when it waits. */
export async function swarmd(
  argv: readonly string[],
  env: Record<string, string>,
  terminal?: Terminal,
  note: (text: string) => void = () => {},
): Promise<Outcome> {
  let out = ''
  let err = ''
  let now = 0
  const stream = { isTTY: terminal !== undefined, columns: terminal?.columns ?? 80, rows: 24 }
  const system: ClientSystem = {
    env: { LANG: 'C.UTF-8', ...env },
    stdout: { ...stream, isTTY: false },
    stderr: stream,
    unread: new AbortController().signal,
    now: () => now,
    date: () => new Date(now),
    async sleep(ms) {
      now += ms
      terminal?.onSleep?.()
    },
    out(text) {
      out += text
      note(text)
    },
    err: (text) => void (err += text),
  }
  let task: ((system: ClientSystem) => Promise<number>) | undefined
  const program = new Command('swarmd').exitOverride().configureOutput({ writeErr: () => {} })
  for (const add of clientCommands) {
    add(program, (asked) => {
      task = asked
    })
  }
  const { SWARMD_API, SWARMD_ROOT, SWARMD_TOKEN_FILE } = env
  const saved = { ...process.env }
  // Commander reads the environment by itself.
  Object.assign(process.env, { SWARMD_API, SWARMD_ROOT })
  if (SWARMD_TOKEN_FILE !== undefined) process.env['SWARMD_TOKEN_FILE'] = SWARMD_TOKEN_FILE
  try {
    program.parse(argv, { from: 'user' })
  } finally {
    process.env = saved
  }
  assert.ok(task !== undefined)
  return { code: await task(system), out, err }
}

export const json = (text: string): unknown => JSON.parse(text)
