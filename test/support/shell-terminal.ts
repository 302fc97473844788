/** A shell that somebody types into: in a pseudo-terminal, with its own line editor. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { waitUntil } from './wait-until.ts'

export type Shell = 'bash' | 'zsh' | 'fish'

export interface ShellOptions {
  readonly shell: Shell
  /** Where its settings are; it must not be those of whoever runs the tests. */
  readonly home: string
  readonly env: Readonly<Record<string, string>>
  /** What it reads first. */
  readonly settings: string
}

const PROMPT = 'what-now'

/** The file of its settings, how it is started with them, and how it is told what to prompt with. */
const shells = {
  bash: { file: '.bashrc', start: (file: string) => `bash --rcfile '${file}' -i`, prompt: `PS1='${PROMPT} '` },
  zsh: { file: '.zshrc', start: () => 'zsh -i', prompt: `PS1='${PROMPT} '` },
  fish: {
    file: 'start.fish',
    start: (file: string) => `fish --no-config -i -C 'source ${file}'`,
    prompt: `function fish_prompt; echo -n '${PROMPT} '; end`,
  },
} as const

export class ShellTerminal implements AsyncDisposable {
  readonly #child: ChildProcessWithoutNullStreams
  #shown = ''

  private constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child
    child.stdout.on('data', (part: Buffer) => (this.#shown += part.toString()))
    child.stderr.on('data', (part: Buffer) => (this.#shown += part.toString()))
    child.stdin.on('error', () => {})
  }

  /** Resolves when it waits for somebody to type. */
  static async start({ shell, home, env, settings }: ShellOptions): Promise<ShellTerminal> {
    const { file, start, prompt } = shells[shell]
    const place = path.join(home, file)
    await writeFile(place, `${settings}\n${prompt}\n`)
    // Of util-linux, which every Debian has: it makes the terminal, and passes on what goes in and out.
    const child = spawn('script', ['-qfec', start(place), '/dev/null'], {
      cwd: home,
      env: { PATH: process.env['PATH'], HOME: home, ZDOTDIR: home, TERM: 'xterm', LANG: 'C.UTF-8', ...env },
    })
    const terminal = new ShellTerminal(child)
    try {
      await waitUntil(`${shell} to wait for a command`, () => terminal.#shown.includes(PROMPT))
    } catch (error) {
      await terminal[Symbol.asyncDispose]()
      throw new Error(`it shows ${JSON.stringify(terminal.#shown)}`, { cause: error })
    }
    return terminal
  }

  /** All that it has shown, with the sequences that steer a terminal. */
  get shown(): string {
    return this.#shown
  }

  type(keys: string): void {
    this.#child.stdin.write(keys)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { exitCode, signalCode } = this.#child
    if (exitCode !== null || signalCode !== null) return
    const ended = once(this.#child, 'exit')
    // The terminal goes, and with it whoever sits at it.
    this.#child.kill('SIGTERM')
    await ended
  }
}
