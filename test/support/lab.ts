import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { LabFirewall } from './lab-firewall.ts'
import type { PortPair } from './lab-firewall.ts'
import { LabHost } from './lab-host.ts'
import { ScratchFolder } from './scratch-folder.ts'

/** The limit of a host's link in each direction (token bucket); megabits a second. Left out: as fast as it goes. */
export interface LinkRate {
  readonly uploadMegabits?: number
  readonly downloadMegabits?: number
}

const execFileAsync = promisify(execFile)

const system = async (command: string, ...args: string[]): Promise<void> => {
  // While the kernel takes another lab's namespaces down, it makes whoever builds one wait.
  await execFileAsync(command, args, { timeout: 60_000 })
}

const NAMESPACES = '/run/netns'
const MAX_HOSTS = 250

let labs = 0

/**
 * Machines in a box: each host is a network namespace, and a bridge in a namespace of its own joins them, so that
 * nothing touches the machine's real network and no one outside can be reached. Host n is 10.77.0.n in every lab;
 * labs don't see one another. Needs root and iproute2. Dispose it (`await using`): that ends the processes
 * its hosts started, and removes the namespaces and the folder.
 */
export class Lab implements AsyncDisposable {
  /** A folder for this lab's files, gone with it. */
  readonly folder: string
  readonly hosts: LabHost[] = []
  readonly #name: string
  readonly #hub: string
  readonly #firewall: LabFirewall
  readonly #scratch: ScratchFolder

  private constructor(name: string, scratch: ScratchFolder) {
    this.#name = name
    this.#hub = `${name}-hub`
    this.#firewall = new LabFirewall(this.#hub)
    this.#scratch = scratch
    this.folder = scratch.path
  }

  static async create(): Promise<Lab> {
    // Several may be made at once.
    const number = ++labs
    await removeLeftOvers()
    const lab = new Lab(`swarmd-${process.pid}-${number}`, await ScratchFolder.create())
    try {
      await mkdir(join(lab.folder, 'logs'))
      await lab.#createHub()
    } catch (error) {
      await lab[Symbol.asyncDispose]()
      throw error
    }
    return lab
  }

  /** Adds a machine. */
  async host(rate: LinkRate = {}): Promise<LabHost> {
    const number = this.hosts.length + 1
    if (number > MAX_HOSTS) throw new RangeError(`a lab has at most ${MAX_HOSTS} hosts`)
    const namespace = `${this.#name}-${number}`
    const address = `10.77.0.${number}`
    const port = `port${number}`
    const host = new LabHost(namespace, address, join(this.folder, 'logs'))
    this.hosts.push(host)
    await system('ip', 'netns', 'add', namespace)
    await system(
      'ip',
      'link',
      'add',
      'eth0',
      'netns',
      namespace,
      'type',
      'veth',
      'peer',
      'name',
      port,
      'netns',
      this.#hub,
    )
    await system('ip', '-n', this.#hub, 'link', 'set', port, 'master', 'bridge', 'up')
    await system('ip', '-n', namespace, 'link', 'set', 'lo', 'up')
    await system('ip', '-n', namespace, 'address', 'add', `${address}/16`, 'brd', '+', 'dev', 'eth0')
    await system('ip', '-n', namespace, 'link', 'set', 'eth0', 'up')
    await this.limit(host, rate)
    return host
  }

  /** Sets the limits of a host's link anew; a direction left out has none from now on. */
  async limit(host: LabHost, rate: LinkRate): Promise<void> {
    const port = this.#portOf(host)
    await setRate(host.namespace, 'eth0', rate.uploadMegabits)
    await setRate(this.#hub, port, rate.downloadMegabits)
  }

  /** Pulls a host's cable, or puts it back. */
  async plug(host: LabHost, state: 'in' | 'out'): Promise<void> {
    await system('ip', '-n', this.#hub, 'link', 'set', this.#portOf(host), state === 'in' ? 'up' : 'down')
  }

  /** From now on these two hosts can't reach each other, whatever is parted or healed later. */
  async forbid(one: LabHost, other: LabHost): Promise<void> {
    await this.#firewall.forbid([[this.#portOf(one), this.#portOf(other)]])
  }

  /** Hosts of different groups can't reach each other until `heal`, or the next partition; one in no group reaches all. */
  async partition(groups: readonly (readonly LabHost[])[]): Promise<void> {
    const pairs: PortPair[] = []
    for (const [number, group] of groups.entries())
      for (const host of group)
        for (const other of groups.slice(number + 1).flat()) pairs.push([this.#portOf(host), this.#portOf(other)])
    await this.#firewall.part(pairs)
  }

  /** Undoes the partition. */
  async heal(): Promise<void> {
    await this.#firewall.part([])
  }

  /** Kills all that runs on the host: it says no goodbye, but its kernel closes its connections (`plug` out first for silence). */
  async kill(host: LabHost): Promise<void> {
    await host.killProcesses()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await Promise.all(this.hosts.map((host) => host.endProcesses()))
      for (const host of this.hosts) await removeNamespace(host.namespace)
      await removeNamespace(this.#hub)
    } finally {
      await this.#scratch[Symbol.asyncDispose]()
    }
  }

  #portOf(host: LabHost): string {
    const number = this.hosts.indexOf(host) + 1
    if (number === 0) throw new Error(`${host.namespace} is no host of this lab`)
    return `port${number}`
  }

  async #createHub(): Promise<void> {
    await system('ip', 'netns', 'add', this.#hub)
    const options = ['type', 'bridge', 'forward_delay', '0', 'mcast_snooping', '0']
    await system('ip', '-n', this.#hub, 'link', 'add', 'bridge', ...options)
    await system('ip', '-n', this.#hub, 'link', 'set', 'bridge', 'up')
  }
}

const setRate = async (namespace: string, device: string, megabits: number | undefined): Promise<void> => {
  if (megabits === undefined) {
    await system('tc', '-n', namespace, 'qdisc', 'del', 'dev', device, 'root').catch(() => undefined)
    return
  }
  // A bucket of 4 ms, and never less than two of the 64 KiB segments that TCP hands down.
  const burst = Math.max(131_072, Math.round((megabits * 1_000_000) / 8 / 250))
  const options = ['tbf', 'rate', `${megabits}mbit`, 'burst', String(burst), 'latency', '50ms']
  await system('tc', '-n', namespace, 'qdisc', 'replace', 'dev', device, 'root', ...options)
}

const removeNamespace = async (name: string): Promise<void> => {
  if (existsSync(join(NAMESPACES, name))) await system('ip', 'netns', 'delete', name)
}

/** Namespaces of test runs that were killed before they could tidy up: those whose process is gone. */
const removeLeftOvers = async (): Promise<void> => {
  if (!existsSync(NAMESPACES)) return
  for (const name of await readdir(NAMESPACES)) {
    const pid = /^swarmd-(\d+)-/.exec(name)?.[1]
    // Several test runs may do this at once: whoever comes second finds it gone.
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) await removeNamespace(name).catch(() => undefined)
  }
}
