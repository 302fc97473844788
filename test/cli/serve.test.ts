import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { serve, type ServeSystem } from '../../src/cli/serve.ts'
import type { LiveConfig } from '../../src/cli/config/reload.ts'
import type { ServeConfig } from '../../src/cli/config/serve-config.ts'
import { RootLockedError, ServiceError } from '../../src/service/index.ts'
import { ConfigError } from '../../src/cli/config/config-error.ts'
import { waitUntil } from '../support/wait-until.ts'
import { FakeService } from '../support/fake-service.ts'

const config: ServeConfig = {
  root: '/srv/swarmd',
  host: '10.0.0.248',
  port: 5000,
  apiHost: '127.0.0.1',
  apiPort: 0,
  apiNames: [],
  clientPorts: { first: 5001, last: 5064 },
  maxConnections: 200,
  maxPeers: 40,
  limits: { uploadLimit: 1_000_000 },
  choker: { profile: 'bep3', slots: 6 },
  lsd: true,
  peers: [],
  metricsPeers: 50,
  logLevel: 'info',
}

/** Settings that nobody changes. */
const fixed = (config: ServeConfig): LiveConfig => ({ config, reload: async () => [] }) as unknown as LiveConfig

function fakeSystem(service: FakeService, startService: ServeSystem['startService'] = async () => service) {
  const printed = new EventEmitter()
  const out: string[] = []
  const err: string[] = []
  const exits: number[] = []
  const clock = { now: 0 }
  const signals = new EventEmitter()
  const system: ServeSystem = {
    startService,
    signals,
    now: () => clock.now,
    exit: (code) => void exits.push(code),
    environment: {},
    pids: [],
    logFormat: 'json',
    hangUpStops: true,
    out: (line) => {
      out.push(line)
      printed.emit('line', line)
    },
    err: (line) => err.push(line) > 0,
  }
  const ready = new Promise<string>((resolve) => {
    printed.on('line', (line: string) => {
      const url = /^API and web page at (.*)\n$/.exec(line)?.[1]
      if (url !== undefined) resolve(url)
    })
  })
  return { system, out, err, exits, clock, signals, ready }
}

test('it starts, tells where, answers, and stops at SIGTERM with 0', async () => {
  const service = new FakeService(1, 2)
  const { system, out, signals, ready } = fakeSystem(service)
  const ended = serve(fixed(config), system)
  const url = await ready
  assert.deepEqual(out, [
    'Peer 6d223864-6a3b-4f2e-9a55-0b1e8f2d7c11 (peer in 2 swarms)\n',
    'Listening for peers and tracker requests at 10.0.0.248:5000\n',
    `API and web page at ${url}\n`,
  ])
  assert.equal((await fetch(`${url}/swarms`)).status, 200)
  signals.emit('SIGTERM')
  assert.equal(await ended, 0)
  assert.equal(service.stopped, true)
  await assert.rejects(fetch(`${url}/swarms`))
  assert.equal(signals.listenerCount('SIGTERM'), 0)
})

test('the service gets its part of the config, and its events become log lines and lines for people', async () => {
  const service = new FakeService()
  const { system, out, err, signals, ready } = fakeSystem(service, async (whole) => {
    const { root, host, port, clientPorts, maxConnections, maxPeers, limits, choker, lsd } = config
    const told = { root, host, port, clientPorts, maxConnections, maxPeers, limits, choker, lsd }
    assert.partialDeepStrictEqual(whole, told)
    const fields = { socket: 5001, peer: '10.0.0.251:5000', direction: 'outbound' }
    whole.log('peer.connected', fields)
    return service
  })
  const ended = serve(fixed(config), system)
  await ready
  signals.emit('SIGINT')
  assert.equal(await ended, 0)
  assert.equal(out[0], 'Socket 5001 connected to peer 10.0.0.251:5000\n')
  const events = err.map((line) => (JSON.parse(line) as { event: string }).event)
  assert.deepEqual(events, ['peer.connected', 'service.started', 'service.stopping', 'service.stopped'])
})

test('who asks for a name is told that the service stops', async () => {
  const service = new FakeService()
  const { system, signals, ready } = fakeSystem(service)
  const asked = Promise.withResolvers<void>()
  const search = Promise.withResolvers<never>()
  service.addByName = () => {
    asked.resolve()
    return search.promise
  }
  service.callOff = () => search.reject(new ServiceError('not-ready', 'The service is stopping.'))
  const ended = serve(fixed(config), system)
  const [body, headers] = [JSON.stringify({ name: 'music.txt' }), { 'content-type': 'application/json' }]
  const answer = fetch(`${await ready}/swarms`, { method: 'POST', headers, body })
  await asked.promise
  signals.emit('SIGTERM')
  assert.equal((await answer).status, 503)
  assert.equal(await ended, 0)
})

test('a signal that comes twice at once is one, and a later one exits at once', async () => {
  const service = new FakeService()
  const { system, exits, clock, signals, ready } = fakeSystem(service)
  const finish = Promise.withResolvers<void>()
  service.stop = () => finish.promise
  const ended = serve(fixed(config), system)
  await ready
  signals.emit('SIGINT')
  clock.now = 10
  signals.emit('SIGINT')
  assert.deepEqual(exits, [])
  clock.now = 1000
  signals.emit('SIGINT')
  signals.emit('SIGTERM')
  assert.deepEqual(exits, [130, 143])
  finish.resolve()
  assert.equal(await ended, 0)
})

test('a stop that hangs ends after nine seconds', async (t) => {
  const service = new FakeService()
  const { system, exits, err, signals, ready } = fakeSystem(service)
  const stopping = Promise.withResolvers<void>()
  const finish = Promise.withResolvers<void>()
  service.stop = () => {
    stopping.resolve()
    return finish.promise
  }
  const ended = serve(fixed(config), system)
  await ready
  t.mock.timers.enable({ apis: ['setTimeout'] })
  signals.emit('SIGTERM')
  await stopping.promise
  t.mock.timers.tick(8_999)
  assert.deepEqual(exits, [])
  t.mock.timers.tick(1)
  assert.deepEqual(exits, [1])
  assert.match(err.at(-1) ?? '', /"event":"service.stop-late"/)
  finish.resolve()
  await ended
})

test('an API port that is taken exits 69, names it and its flag, and stops the service', async (t) => {
  const other = createServer().listen(0, '127.0.0.1')
  t.after(() => other.close())
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const service = new FakeService()
  const { system, err, out } = fakeSystem(service)
  assert.equal(await serve(fixed({ ...config, apiPort: port }), system), 69)
  assert.deepEqual(err, [`swarmd: port ${port} is in use; stop the program that has it, or give another --api-port\n`])
  assert.deepEqual(out, [])
  assert.equal(service.stopped, true)
})

const failure = (message: string, fields: object, cause?: Error) => Object.assign(new Error(message, { cause }), fields)

for (const [what, error, code, line] of [
  [
    'a peer port that is taken',
    failure('start failed', {}, failure('listen EADDRINUSE', { code: 'EADDRINUSE', port: 5000 })),
    69,
    'port 5000 is in use; stop the program that has it, or give another --port',
  ],
  [
    'a peer port whose datagrams go to another',
    failure('bind EADDRINUSE', { code: 'EADDRINUSE', syscall: 'bind', port: 5000 }),
    69,
    'UDP port 5000 is in use; stop the program that has it, or give another --port',
  ],
  [
    'a root that another service has',
    new RootLockedError('/srv/swarmd', 4711),
    69,
    '/srv/swarmd is in use by process 4711: stop it first, or give this one another --root',
  ],
  [
    'a root below a file',
    failure('mkdir ENOTDIR', { code: 'ENOTDIR' }),
    78,
    '--root /srv/swarmd: mkdir ENOTDIR; give a --root that is there or can be made',
  ],
  [
    'a root without rights',
    failure('mkdir EACCES', { code: 'EACCES' }),
    78,
    '--root /srv/swarmd: mkdir EACCES; let the user who runs this write in /srv/swarmd, or give another --root',
  ],
  [
    'a root that the unit does not open',
    failure('mkdir EROFS', { code: 'EROFS' }),
    78,
    '--root /srv/swarmd: mkdir EROFS; in a unit of systemd, allow it with ReadWritePaths=/srv/swarmd (systemctl edit); else give another --root',
  ],
  [
    'a low port without rights',
    failure('listen EACCES', { code: 'EACCES', port: 80 }),
    78,
    '--port: listen EACCES; give one that needs no rights, above 1023',
  ],
  [
    'an address of another machine',
    failure('bind EADDRNOTAVAIL', { code: 'EADDRNOTAVAIL', port: 5000 }),
    78,
    '--host: this machine has no such address (bind EADDRNOTAVAIL)',
  ],
  ['a fault of our own', failure('oh', {}), 1, 'oh'],
] as const) {
  test(`${what} exits ${code} with one line that says so`, async () => {
    const { system, err } = fakeSystem(new FakeService(), () => Promise.reject(error))
    assert.equal(await serve(fixed(config), system), code)
    assert.equal(err[0], `swarmd: ${line}\n`)
    assert.equal(err.length, code === 1 ? 2 : 1)
  })
}

test('off loopback it makes a token, tells where that is, never what it is, and asks for it', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'swarmd-serve-'))
  t.after(() => rm(root, { recursive: true }))
  const { system, out, err, signals, ready } = fakeSystem(new FakeService(1))
  const ended = serve(fixed({ ...config, root, apiHost: '0.0.0.0' }), system)
  const port = new URL(await ready).port
  const file = join(root, '.swarmd', 'token')
  const token = (await readFile(file, 'utf8')).trim()
  assert.equal((await stat(file)).mode & 0o777, 0o600)
  const url = `http://127.0.0.1:${port}/swarms`
  assert.equal((await fetch(url)).status, 401)
  assert.equal((await fetch(url, { headers: { authorization: `Bearer ${token}` } })).status, 200)
  signals.emit('SIGTERM')
  assert.equal(await ended, 0)
  assert.ok(out.includes(`The API asks for a token; the first one is in ${file}\n`), out.join(''))
  assert.ok(![...out, ...err].some((line) => line.includes(token)))
})

test('without a terminal SIGHUP reads the settings again and says what changed, and when it holds', async () => {
  const service = new FakeService()
  const { system, err, signals, ready } = fakeSystem(service)
  const reloads = [
    async () => [{ key: 'metrics-peers', from: 50, to: 9, holds: 'now' as const }],
    async () => Promise.reject(new ConfigError('/etc/swarmd.toml: port', '70000', 'give another')),
  ]
  const live = { config, reload: () => reloads.shift()?.() } as unknown as LiveConfig
  const logged = (event: string) =>
    err.map((line) => JSON.parse(line) as Record<string, unknown>).find((line) => line['event'] === event)
  const ended = serve(live, { ...system, hangUpStops: false })
  // One that comes too early is not lost, and ends nothing.
  signals.emit('SIGHUP')
  await ready
  await waitUntil('the reload', () => logged('config.reloaded') !== undefined)
  assert.deepEqual(logged('config.reloaded')?.['changed'], [{ key: 'metrics-peers', from: 50, to: 9, holds: 'now' }])
  const { clientPorts, maxConnections, maxPeers, choker, lsd, peers, limits } = config
  const follows = () => service.calls.filter(([call]) => call === 'follow')
  const followed = [['follow', { clientPorts, maxConnections, maxPeers, choker, lsd, peers, limits }]]
  assert.deepEqual(follows(), followed)
  signals.emit('SIGHUP')
  await waitUntil('the refusal', () => logged('config.refused') !== undefined)
  assert.equal(logged('config.refused')?.['reason'], '/etc/swarmd.toml: port 70000: give another')
  assert.deepEqual(follows(), followed)
  signals.emit('SIGTERM')
  assert.equal(await ended, 0)
  assert.equal(signals.listenerCount('SIGHUP'), 0)
})

test('settings that can not be followed are told, and end nothing', async () => {
  const service = new FakeService()
  const { system, err, signals, ready } = fakeSystem(service)
  const follow = service.follow.bind(service)
  service.follow = async () => {
    service.follow = follow
    throw new Error('EIO: i/o error')
  }
  const ended = serve(fixed(config), { ...system, hangUpStops: false })
  await ready
  signals.emit('SIGHUP')
  const events = () => err.map((line) => JSON.parse(line) as Record<string, unknown>)
  const told = await waitUntil('the failure', () => events().find(({ event }) => event === 'bug'))
  assert.match(String(told['error']), /EIO/)
  signals.emit('SIGHUP')
  await waitUntil('the reload', () => events().find(({ event }) => event === 'config.reloaded'))
  signals.emit('SIGTERM')
  assert.equal(await ended, 0)
})
