/**
 * `npm run recipe`: takes the recipe of the README, line by line and as it stands there, to Debian 12 machines that are
 * made anew for it, each with its own systemd, in namespaces with a cable between them. It needs root, and some minutes.
 * Only what fetches packages has a network to the outside. Ends with 0 when Prometheus has found all machines.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ensurePackages } from '../support/debian-packages.ts'
import { ScratchFolder } from '../support/scratch-folder.ts'
import { SystemdMachine } from '../support/systemd-machine.ts'
import { waitUntil } from '../support/wait-until.ts'
import { readmeLines } from './readme-lines.ts'

const TOP = join(import.meta.dirname, '../..')
/** Where the machines find it: what is committed. */
const REPOSITORY = '/mnt/swarmd.git'
/** Those of this machine, by which the outside is trusted. */
const AUTHORITIES = '/usr/local/share/ca-certificates'
const FETCHES = /^(apt-get |git clone |npm )/
const FIRST = '10.0.0.248'
const SECOND = '10.0.0.251'
/** It asks for targets every 30 s, and takes figures every 5 s. */
const FOUND_MS = 120_000
const LINES_SHOWN = 12

const say = (text: string): void => void process.stdout.write(`${text}\n`)

/** What a Debian 12 is when its installer is through: the packages of priority `important` and above. */
function makeDebian(folder: string): string {
  const tree = join(folder, 'debian')
  execFileSync('mmdebstrap', ['--quiet', '--variant=important', 'bookworm', tree], { stdio: 'inherit' })
  cpSync('/etc/resolv.conf', join(tree, 'etc/resolv.conf'), { dereference: true })
  if (existsSync(AUTHORITIES)) cpSync(AUTHORITIES, join(tree, AUTHORITIES), { recursive: true })
  execFileSync('git', ['clone', '--quiet', '--bare', TOP, join(tree, REPOSITORY)], { stdio: 'inherit' })
  return tree
}

class Person {
  readonly #name: string
  readonly #machine: SystemdMachine
  #folder = '/root'

  constructor(name: string, machine: SystemdMachine) {
    this.#name = name
    this.#machine = machine
  }

  /** Types one line after the other. @throws Error at the first that fails */
  async type(recipe: string): Promise<void> {
    for (const line of readmeLines(recipe)) {
      say(`\n${this.#name}:${this.#folder}# ${line}`)
      const began = performance.now()
      const script = `cd ${this.#folder} && ${line.replace('<this repository>', REPOSITORY)}\nprintf '\\n[%s] %s\\n' $? "$PWD"`
      const { out, err } = FETCHES.test(line)
        ? await this.#machine.runOutside(script)
        : await this.#machine.run('bash', '-c', script)
      const lines = out.trimEnd().split('\n')
      const [, status, folder] = /^\[(\d+)\] (.*)$/.exec(lines.pop() ?? '') ?? []
      const shown = [...lines, ...err.trimEnd().split('\n')].filter((each) => each !== '')
      if (shown.length > LINES_SHOWN) say(`… ${shown.length - LINES_SHOWN} lines before`)
      for (const each of shown.slice(-LINES_SHOWN)) say(each.slice(0, 500))
      say(`[${((performance.now() - began) / 1000).toFixed(1)} s]`)
      if (status !== '0') throw new Error(`${line}: ended with ${status}`)
      this.#folder = folder ?? this.#folder
    }
  }
}

async function targetsUp(machine: SystemdMachine): Promise<string[]> {
  const answer = await machine.shell(`curl -sf 'http://127.0.0.1:9090/api/v1/query?query=up%7Bjob=%22swarmd%22%7D==1'`)
  const { data } = JSON.parse(answer) as { data: { result: { metric: { instance: string } }[] } }
  return data.result.map(({ metric }) => metric.instance).sort()
}

async function main(): Promise<void> {
  const missing = process.getuid?.() === 0 ? ensurePackages(['mmdebstrap', 'systemd', 'iproute2']) : 'this needs root'
  if (missing !== null) throw new Error(missing)
  await using folder = await ScratchFolder.create()
  const began = performance.now()
  const tree = makeDebian(folder.path)
  say(`A new Debian 12 after ${((performance.now() - began) / 1000).toFixed(0)} s`)
  await using first = await SystemdMachine.start({ tree })
  await using second = await SystemdMachine.start({ tree })
  await first.connect(`${FIRST}/24`, second, `${SECOND}/24`)
  const [one, two] = [new Person('first', first), new Person('second', second)]
  await one.type('first machine')
  await one.type('first machine, opened')
  cpSync(`${first.root}/root/lab.tar.gz`, `${second.root}/root/lab.tar.gz`)
  await two.type('other machines')
  await two.type('other machines, told of the first')
  await one.type('prometheus')
  // The one that Prometheus asks names itself as it was asked.
  const wanted = [`${SECOND}:5080`, '127.0.0.1:5080']
  await waitUntil('Prometheus to have both', async () => String(await targetsUp(first)) === String(wanted), {
    timeoutMs: FOUND_MS,
  })
  say(
    `\nPrometheus scrapes ${wanted.join(' and ')}; all of it took ${((performance.now() - began) / 60_000).toFixed(1)} min`,
  )
  rmSync(tree, { recursive: true })
}

await main()
