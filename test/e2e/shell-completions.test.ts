/** What is typed in real shells is completed: commands, options, and the swarms of a running service. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { type Control, createControl } from '../../src/control/index.ts'
import { ensurePackages } from '../support/debian-packages.ts'
import { fakeHash, fakeSwarm, FakeService } from '../support/fake-service.ts'
import { type Shell, ShellTerminal } from '../support/shell-terminal.ts'
import { waitUntil } from '../support/wait-until.ts'

const LAUNCHER = path.resolve(import.meta.dirname, '../../src/cli/swarmd.js')
const SHELLS: readonly Shell[] = ['bash', 'zsh', 'fish']
const TAB = '\t'
/** Who types waits two seconds for the service, and then goes without; here it is to be heard, however busy the machine is. */
const PATIENT = 'data:text/javascript,AbortSignal.timeout = () => new AbortController().signal'

function requirements(): string | false {
  const reason = ensurePackages([...SHELLS])
  if (reason !== null && process.env['CI'] !== undefined) throw new Error(reason)
  return reason ?? false
}

describe('completions', { skip: requirements(), timeout: 120_000, concurrency: true }, () => {
  let folder: string
  let control: Control
  let env: Record<string, string>

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'swarmd-shells-'))
    const service = new FakeService()
    service.hold({ ...fakeSwarm(1), infoHash: `ab12${fakeHash(1).slice(4)}` as ReturnType<typeof fakeHash> })
    // As hostile as a name can be, to each of the shells.
    const name = "$(touch poisoned) `touch poisoned` (touch poisoned) '; touch poisoned; %F{red}"
    service.hold({ ...fakeSwarm(2, { name }), infoHash: `cd34${fakeHash(2).slice(4)}` as ReturnType<typeof fakeHash> })
    control = createControl({ service, port: 0 })
    const { url } = await control.listen()
    // What is not asked by the script itself is written down, and not done.
    const bin = path.join(folder, 'bin')
    await mkdir(bin)
    const program = path.join(bin, 'swarmd')
    await writeFile(
      program,
      `#!/bin/sh
case "$1" in
  completions | complete-swarms) exec '${process.execPath}' --import '${PATIENT}' '${LAUNCHER}' "$@" ;;
  *) printf '%s\\n' "$@" > "$HOME/asked.new" && mv "$HOME/asked.new" "$HOME/asked" ;;
esac
`,
    )
    await chmod(program, 0o755)
    env = { PATH: `${bin}:/usr/bin:/bin`, SWARMD_API: url }
  })
  after(async () => {
    await control.close()
    await rm(folder, { recursive: true })
  })

  for (const shell of SHELLS) {
    it(`${shell} completes a command, an option, its words, a swarm by its name and by its info hash`, async () => {
      const home = path.join(folder, shell)
      await mkdir(home)
      const { stdout } = await promisify(execFile)(process.execPath, [LAUNCHER, 'completions', shell])
      await using terminal = await ShellTerminal.start({ shell, home, env, settings: stdout })
      const asked = path.join(home, 'asked')
      const ask = async (...keys: string[]): Promise<string[]> => {
        await rm(asked, { force: true })
        terminal.type(`${keys.join('')}\r`)
        await waitUntil('the command', () => existsSync(asked)).catch((error: unknown) => {
          throw new Error(`${keys.join('')} came to ${JSON.stringify(terminal.shown)}`, { cause: error })
        })
        return (await readFile(asked, 'utf8')).trimEnd().split('\n')
      }
      assert.deepEqual(await ask('swarmd pee', TAB, 'file', TAB), ['peers', 'file-1.img'])
      assert.deepEqual(await ask('swarmd show ab1', TAB), ['show', `ab12${fakeHash(1).slice(4)}`])
      assert.deepEqual(await ask('swarmd rm --da', TAB, 'cd', TAB), ['rm', '--data', `cd34${fakeHash(2).slice(4)}`])
      assert.deepEqual(await ask('swarmd set file', TAB, '--seq', TAB, 'of', TAB), [
        'set',
        'file-1.img',
        '--sequential',
        'off',
      ])
      // Several are shown; nothing that stands in a name is done.
      terminal.type(`swarmd stop ${TAB}${TAB}`)
      await waitUntil('both swarms', () => /file-1\.img[^]*cd34|cd34[^]*file-1\.img/.test(terminal.shown))
      assert.ok(!existsSync(path.join(home, 'poisoned')))
    })
  }
})
