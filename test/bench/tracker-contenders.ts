import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensurePackages } from '../support/debian-packages.ts'
import { waitUntil } from '../support/wait-until.ts'
import { SWARMS, swarmHash } from './tracker-load.ts'

/** A tracker to be measured, or why it can't be. */
export interface Contender {
  readonly name: string
  /** Starts it on this port of 127.0.0.1, TCP and UDP. Its process leads a group of its own. */
  readonly start: (port: number) => ChildProcess
}

const TOP = join(import.meta.dirname, '..', '..')
const NODE = join(TOP, 'node_modules', '.bin', 'node')

/** The kernel ends it when the bench ends, whatever that ends of. Each of these becomes the next by exec, so the pid stays. */
const run = (words: readonly string[], cwd: string, errors: 'inherit' | 'ignore' = 'inherit'): ChildProcess =>
  spawn('setpriv', ['--pdeathsig', 'KILL', ...words], { cwd, detached: true, stdio: ['ignore', 'ignore', errors] })

export function swarmd(folder: string): Contender {
  const root = join(folder, 'swarmd')
  mkdirSync(root, { recursive: true })
  // As `npm start` does it.
  const command = [NODE, '--max-semi-space-size=2', join(TOP, 'src', 'cli', 'swarmd.js'), 'serve']
  const fixed = ['--root', root, '--host', '127.0.0.1', '--lsd', 'off', '--api-port', '0']
  return {
    name: 'swarmd',
    start: (port) => run([...command, ...fixed, '--port', String(port)], root, 'ignore'),
  }
}

/** @param installed a folder that has it in node_modules already. @returns a sentence when it can't be had. */
export function bittorrentTracker(folder: string, installed?: string): Contender | string {
  const name = 'bittorrent-tracker'
  const place = installed ?? join(folder, 'bittorrent-tracker')
  if (installed === undefined) {
    mkdirSync(place, { recursive: true })
    const args = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', place, name]
    const { status, stderr } = spawnSync('npm', args, { encoding: 'utf8', cwd: place, timeout: 180_000 })
    if (status !== 0) return `${name} is left out: npm could not install it (${(stderr ?? '').trim().split('\n')[0]})`
  }
  // Not by its command: that loads its client too, which needs a binary that npm would have to fetch from elsewhere.
  const server = pathToFileURL(join(place, 'node_modules', name, 'server.js')).href
  const script = `import Server from ${JSON.stringify(server)}
new Server({ http: true, udp: true, ws: false, stats: false }).listen(Number(process.argv[1]), { http: '127.0.0.1', udp: '127.0.0.1', udp6: '::1' })`
  return { name, start: (port) => run([NODE, '--input-type=module', '-e', script, String(port)], place) }
}

/** Debian's, which serves the torrents on a list only. @returns a sentence when it can't be had. */
export function opentracker(folder: string): Contender | string {
  const name = 'opentracker'
  const missing = ensurePackages([name])
  if (missing !== null) return `${name} is left out: ${missing}`
  if (process.getuid?.() !== 0) return `${name} is left out: it is started as nobody, and only root can do that`
  const list = join(folder, 'opentracker-list')
  writeFileSync(list, Array.from({ length: SWARMS }, (_, number) => `${swarmHash(number)}\n`).join(''), { mode: 0o644 })
  const asNobody = ['--reuid=nobody', '--regid=nogroup', '--clear-groups']
  return {
    name,
    start: (port) => {
      const flags = ['-i', '127.0.0.1', '-p', String(port), '-P', String(port), '-w', list]
      return run([...asNobody, name, ...flags], '/')
    },
  }
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** When the port takes connections. */
export async function isUp(port: number): Promise<void> {
  await waitUntil('the tracker to listen', async () => {
    const socket = connect(port, '127.0.0.1')
    try {
      await once(socket, 'connect')
      return true
    } finally {
      socket.destroy()
    }
  })
}

/** Ends it by its own process group. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null) return
  const exited = once(child, 'exit')
  process.kill(-child.pid, 'SIGKILL')
  await exited
}
