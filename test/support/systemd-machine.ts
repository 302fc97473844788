import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync } from 'node:fs'
import path from 'node:path'
import { ensurePackages } from './debian-packages.ts'
import { ScratchFolder } from './scratch-folder.ts'
import { waitUntil } from './wait-until.ts'

const SCRIPT = path.join(import.meta.dirname, 'systemd-machine.sh')
const REPOSITORY = path.resolve(import.meta.dirname, '../..')
/** Everything of a machine but its network. */
const HOUSE = ['--mount', '--pid', '--cgroup', '--uts', '--ipc', '--root', '--wd']
const CABLE = 'lab0'
let machines = 0
const CGROUPS = '/sys/fs/cgroup'

export interface MachineOptions {
  /** The root of the Debian system that it is made of. Without it: this very system, with this repository as /opt/swarmd. */
  readonly tree?: string
}

export interface Ran {
  readonly status: number
  readonly out: string
  readonly err: string
}

/** A system of its own with a real systemd as process 1, in namespaces, gone with all it did when disposed. */
export class SystemdMachine implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #folder: ScratchFolder
  readonly #group: string
  /** systemd, as seen from here. */
  #pid = 0

  private constructor(child: ChildProcess, folder: ScratchFolder, group: string) {
    this.#child = child
    this.#folder = folder
    this.#group = group
  }

  /** @returns false when such a machine can be made here, else why not; in CI that is an error. */
  static requirements(): string | false {
    const reason = process.getuid?.() === 0 ? ensurePackages(['systemd', 'iproute2', 'curl']) : 'a machine needs root'
    if (reason === null) return false
    if (process.env['CI'] !== undefined) throw new Error(reason)
    return reason
  }

  static async start({ tree }: MachineOptions = {}): Promise<SystemdMachine> {
    const folder = await ScratchFolder.create()
    const group = `swarmd-test-${process.pid}-${++machines}`
    // In groups of its own, of which its systemd then sees only what is below.
    for (const hierarchy of hierarchies()) mkdirSync(path.join(hierarchy, group), { recursive: true })
    const join = hierarchies()
      .map((hierarchy) => `echo $$ > ${hierarchy}/${group}/cgroup.procs`)
      .join('; ')
    const enter = 'exec unshare --mount --pid --cgroup --uts --ipc --net --fork --kill-child "$@"'
    const child = spawn(
      'sh',
      ['-c', `${join}; ${enter}`, 'sh', SCRIPT, folder.path, tree ?? '/', tree === undefined ? REPOSITORY : ''],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    )
    const machine = new SystemdMachine(child, folder, group)
    let words = ''
    child.stderr?.on('data', (bytes: Buffer) => (words += bytes.toString()))
    try {
      await waitUntil('systemd to start', async () => {
        if (child.exitCode !== null) throw new Error(`the machine ended: ${words}`)
        machine.#pid = childOf(child.pid ?? 0)
        const { out } = await machine.run('systemctl', 'is-active', 'machine.target')
        return out.trim() === 'active'
      })
    } catch (error) {
      await machine[Symbol.asyncDispose]()
      throw error
    }
    return machine
  }

  /** Runs a command in there, as root. */
  run(command: string, ...args: readonly string[]): Promise<Ran> {
    return this.#enter([...HOUSE, '--net'], [command, ...args], 60_000)
  }

  /**
   * A shell script with the network that is outside, for packages to be fetched: what systemd starts because of it is
   * inside all the same. It has ten minutes.
   */
  runOutside(script: string): Promise<Ran> {
    return this.#enter(HOUSE, ['bash', '-c', script], 600_000)
  }

  /** A cable between two machines. @param address with its prefix length, such as `10.0.0.248/24` */
  async connect(address: string, other: SystemdMachine, otherAddress: string): Promise<void> {
    const ends = ['name', CABLE, 'netns', String(this.#pid), 'type', 'veth', 'peer', 'name', CABLE, 'netns']
    execFileSync('ip', ['link', 'add', ...ends, String(other.#pid)], { timeout: 10_000 })
    await this.shell(`ip address add ${address} dev ${CABLE} && ip link set ${CABLE} up`)
    await other.shell(`ip address add ${otherAddress} dev ${CABLE} && ip link set ${CABLE} up`)
  }

  /** Where its files are seen from here. */
  get root(): string {
    return `/proc/${this.#pid}/root`
  }

  #enter(spaces: readonly string[], command: readonly string[], timeout: number): Promise<Ran> {
    return new Promise((resolve) => {
      const child = execFile(
        'nsenter',
        ['--target', String(this.#pid), ...spaces, '--', ...command],
        { timeout, maxBuffer: 64 * 1024 * 1024, env: { PATH: process.env['PATH'], HOME: '/root' } },
        (error, out, err) => resolve({ status: child.exitCode ?? (error ? -1 : 0), out, err }),
      )
    })
  }

  /** A shell script. @throws Error unless it ends with 0 @returns what it prints */
  async shell(script: string): Promise<string> {
    const { status, out, err } = await this.run('sh', '-c', script)
    if (status !== 0) throw new Error(`${script}: ${status}: ${out}${err}`)
    return out
  }

  /** A property of a unit, as `systemctl show` has it. */
  async property(unit: string, name: string): Promise<string> {
    return (await this.run('systemctl', 'show', '--value', `--property=${name}`, unit)).out.trim()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL')
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      await new Promise((resolve) => this.#child.once('exit', resolve))
    }
    await waitUntil('its groups to be empty', () => {
      for (const hierarchy of hierarchies()) removeGroups(path.join(hierarchy, this.#group))
      return true
    })
    await this.#folder[Symbol.asyncDispose]()
  }
}

/** Where groups of processes are kept: one place, or with the old kind one for each controller. */
function hierarchies(): string[] {
  if (existsSync(path.join(CGROUPS, 'cgroup.procs'))) return [CGROUPS]
  const names = ['systemd', 'cpu', 'cpuacct', 'memory', 'devices', 'pids', 'unified']
  return names.map((name) => path.join(CGROUPS, name)).filter((name) => existsSync(path.join(name, 'cgroup.procs')))
}

function removeGroups(group: string): void {
  if (!existsSync(group)) return
  for (const entry of readdirSync(group, { withFileTypes: true })) {
    if (entry.isDirectory()) removeGroups(path.join(group, entry.name))
  }
  rmdirSync(group)
}

function childOf(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')
  return Number(children[0] ?? 0)
}
