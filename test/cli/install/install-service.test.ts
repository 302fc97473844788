import assert from 'node:assert/strict'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { ConfigError } from '../../../src/cli/config/config-error.ts'
import { install, uninstall } from '../../../src/cli/install/install-service.ts'
import { type Machine, thisMachine } from '../../../src/cli/install/machine.ts'
import { ScratchFolder } from '../../support/scratch-folder.ts'

const UNITS = join(import.meta.dirname, '../../../systemd')
const NODE = `/opt/swarmd/node_modules/node-${process.platform}-${process.arch}/bin/node`

/** A folder that stands for a machine with the program in /opt/swarmd, and a systemd that remembers what it was told. */
async function fakeMachine(t: TestContext, { place = '/opt/swarmd', isRoot = true } = {}) {
  const folder = await ScratchFolder.create()
  t.after(() => folder[Symbol.asyncDispose]())
  const top = realpathSync(folder.path)
  chmodSync(top, 0o755)
  const put = (path: string, text = ''): void => {
    mkdirSync(dirname(join(top, path)), { recursive: true, mode: 0o755 })
    writeFileSync(join(top, path), text)
    chmodSync(join(top, path), 0o644)
  }
  for (const name of ['package.json', 'src/cli/swarmd.js', 'src/cli/main.ts', 'node_modules/fastify/package.json']) {
    put(`${place}/${name}`)
  }
  cpSync(UNITS, join(top, place, 'systemd'), { recursive: true })
  put(NODE.replace('/opt/swarmd', place))
  chmodSync(join(top, NODE.replace('/opt/swarmd', place)), 0o755)
  mkdirSync(join(top, '/run/systemd/system'), { recursive: true })
  const enabled = new Set<string>()
  const active = new Set<string>()
  const ran: string[] = []
  const printed: string[] = []
  let refusal: string | null = null
  const machine: Machine = {
    ...thisMachine(top),
    isRoot,
    run: async (command, ...args) => {
      const [verb = '', unit = ''] = args.filter((each) => each !== '--now')
      if (command === 'journalctl') return { status: 0, out: `${refusal}\n` }
      if (verb === 'is-enabled') return { status: enabled.has(unit) ? 0 : 1, out: '' }
      if (verb === 'is-failed') return { status: refusal === null ? 1 : 0, out: '' }
      if (verb === 'is-active') return { status: active.has(unit) ? 0 : 3, out: '' }
      ran.push([command, ...args].join(' '))
      if (verb === 'enable') {
        enabled.add(unit)
        put(`/etc/systemd/system/multi-user.target.wants/${unit}`)
      }
      if (verb === 'disable') for (const set of [enabled, active]) set.delete(unit)
      const starts = ['start', 'restart'].includes(verb)
      if (starts && refusal === null) active.add(unit)
      return { status: starts && refusal !== null ? 1 : 0, out: '' }
    },
  }
  const system = {
    machine,
    place,
    out: (line: string) => void printed.push(line),
    err: (line: string) => void printed.push(line),
  }
  return {
    top,
    put,
    ran,
    active,
    system,
    text: () => printed.splice(0).join(''),
    read: (path: string) => readFileSync(join(top, path), 'utf8'),
    has: (path: string) => statSync(join(top, path), { throwIfNoEntry: false }) !== undefined,
    refuse: (words: string) => (refusal = words),
  }
}

test('without --apply it says each thing that it would do, and does none', async (t) => {
  const { system, text, ran, has } = await fakeMachine(t, { isRoot: false })
  assert.equal(await install([], {}, system), 0)
  const lines = text().split('\n')
  assert.deepEqual(
    lines.map((line) => /^to do +(\S+ \S+(?: \S+)*?)(?: {2}|$)/.exec(line)?.[1]).filter((what) => what !== undefined),
    [
      'write /etc/systemd/system/swarmd.service',
      'write /etc/systemd/system/swarmd@.service',
      'write /etc/swarmd/swarmd.toml',
      'write /usr/local/bin/swarmd',
      'run systemctl daemon-reload',
      'run systemctl enable swarmd.service',
      'run systemctl start swarmd.service',
    ],
  )
  assert.match(lines.at(-2) ?? '', /Nothing was done; as root, --apply does it/)
  assert.deepEqual([ran, has('/etc/swarmd'), has('/etc/systemd')], [[], false, false])
})

test('with --apply it does that, and a second time nothing', async (t) => {
  const { system, text, ran, read, top } = await fakeMachine(t)
  assert.equal(await install([], { apply: true }, system), 0)
  assert.deepEqual(ran.splice(0), [
    'systemctl daemon-reload',
    'systemctl enable swarmd.service',
    'systemctl start swarmd.service',
  ])
  const unit = read('/etc/systemd/system/swarmd.service')
  assert.ok(unit.includes(`\nExecStart=${NODE} --max-semi-space-size=2 /opt/swarmd/src/cli/swarmd.js serve\n`), unit)
  assert.doesNotMatch(read('/etc/swarmd/swarmd.toml'), /^[^#\n]/m)
  assert.equal(read('/usr/local/bin/swarmd').split('\n').at(-2), `exec ${NODE} /opt/swarmd/src/cli/swarmd.js "$@"`)
  assert.equal(statSync(join(top, '/usr/local/bin/swarmd')).mode & 0o777, 0o755)
  assert.match(
    text(),
    /swarmd runs: API and page at http:\/\/127\.0\.0\.1:5080, settings in \/etc\/swarmd\/swarmd\.toml/,
  )
  assert.equal(await install([], { apply: true }, system), 0)
  assert.deepEqual(ran, [])
  assert.doesNotMatch(text(), /^(done|to do)/m)
})

test('a unit that has changed is replaced, and the service started anew; settings are left alone', async (t) => {
  const { system, ran, read, put, text } = await fakeMachine(t)
  await install([], { apply: true }, system)
  ran.length = 0
  put('/etc/systemd/system/swarmd.service', '[Service]\nExecStart=/bin/false\n')
  put('/etc/swarmd/swarmd.toml', 'api-port = 6080\n')
  text()
  assert.equal(await install([], { apply: true }, system), 0)
  assert.deepEqual(ran, ['systemctl daemon-reload', 'systemctl restart swarmd.service'])
  assert.match(text(), /done +replace \/etc\/systemd\/system\/swarmd\.service[^]*127\.0\.0\.1:6080/)
  assert.equal(read('/etc/swarmd/swarmd.toml'), 'api-port = 6080\n')
})

test('several on one machine get ports of their own, away from those that settings name', async (t) => {
  const { system, ran, read, put } = await fakeMachine(t)
  put('/etc/swarmd/old/swarmd.toml', 'port = 7000\napi-port = 5180\n')
  assert.equal(await install(['a', 'b'], { apply: true }, system), 0)
  const ports = (name: string) => read(`/etc/swarmd/${name}/swarmd.toml`).match(/^(api-)?port = \d+$/gm)
  assert.deepEqual(
    [ports('a'), ports('b')],
    [
      ['port = 5200', 'api-port = 5280'],
      ['port = 5300', 'api-port = 5380'],
    ],
  )
  assert.ok(ran.includes('systemctl enable swarmd@a.service') && ran.includes('systemctl enable swarmd@b.service'))
  assert.ok(!ran.some((each) => each.endsWith(' swarmd.service')))
})

test('the units may lie elsewhere, with a Node of their own', async (t) => {
  const { system, read } = await fakeMachine(t, { place: '/srv/lab/swarmd' })
  assert.equal(await install([], { apply: true }, system), 0)
  const unit = read('/etc/systemd/system/swarmd@.service')
  assert.doesNotMatch(unit, /\/opt\/swarmd/)
  assert.match(unit, /^Documentation=file:\/\/\/srv\/lab\/swarmd\/README\.md$/m)
})

test('a unit that is a link, as a masked one is, is replaced; what it leads to stays', async (t) => {
  const { system, top, put, read } = await fakeMachine(t)
  put('/dev/nothing')
  chmodSync(join(top, '/dev/nothing'), 0o666)
  mkdirSync(join(top, '/etc/systemd/system'), { recursive: true })
  symlinkSync('../../../dev/nothing', join(top, '/etc/systemd/system/swarmd.service'))
  assert.equal(await install([], { apply: true }, system), 0)
  assert.match(read('/etc/systemd/system/swarmd.service'), /^ExecStart=/m)
  assert.equal(read('/dev/nothing'), '')
  assert.equal(statSync(join(top, '/dev/nothing')).mode & 0o777, 0o666)
  assert.equal(await system.machine.exists('/etc/systemd/system/swarmd.service.new'), false)
})

test('a link is there wherever it leads, as the state of a service that only root may see', async (t) => {
  const { system, top } = await fakeMachine(t)
  mkdirSync(join(top, '/var/lib'), { recursive: true })
  symlinkSync('private/swarmd', join(top, '/var/lib/swarmd'))
  assert.equal(await system.machine.exists('/var/lib/swarmd'), true)
})

test('a command of that name which is not ours stays', async (t) => {
  const { system, read, put, has } = await fakeMachine(t)
  put('/usr/local/bin/swarmd', 'another')
  assert.equal(await install([], { apply: true }, system), 0)
  assert.equal(await uninstall([], { apply: true }, system), 0)
  assert.equal(read('/usr/local/bin/swarmd'), 'another')
  assert.ok(!has('/etc/systemd/system/swarmd.service'))
})

test('uninstalling stops all of them, keeps settings, and says where they are', async (t) => {
  const { system, ran, text, has, put } = await fakeMachine(t)
  await install([], { apply: true }, system)
  await install(['a'], { apply: true }, system)
  put('/var/lib/swarmd/shareable/age.txt')
  ran.length = 0
  text()
  assert.equal(await uninstall([], {}, system), 0)
  assert.deepEqual(ran, [])
  assert.equal(await uninstall([], { apply: true }, system), 0)
  assert.deepEqual(ran, [
    'systemctl disable --now swarmd.service',
    'systemctl disable --now swarmd@a.service',
    'systemctl daemon-reload',
  ])
  for (const gone of [
    '/etc/systemd/system/swarmd.service',
    '/etc/systemd/system/swarmd@.service',
    '/usr/local/bin/swarmd',
  ]) {
    assert.equal(has(gone), false, gone)
  }
  assert.ok(has('/etc/swarmd/swarmd.toml') && has('/var/lib/swarmd/shareable/age.txt'))
  assert.match(text(), /keep \/var\/lib\/swarmd +yours; rm -r \/var\/lib\/swarmd \/var\/lib\/private\/swarmd/)
})

test('a service that does not start is told with its own words', async (t) => {
  const { system, text, ran, refuse } = await fakeMachine(t)
  refuse('swarmd: port 5000 is in use; stop the program that has it, or give another --port')
  assert.equal(await install([], { apply: true }, system), 1)
  assert.deepEqual(ran.slice(-2), ['systemctl reset-failed swarmd.service', 'systemctl start swarmd.service'])
  assert.match(text(), /swarmd\.service does not start; it said:\nswarmd: port 5000 is in use/)
})

test('settings that the service would refuse are refused before anything is done', async (t) => {
  const { system, ran, put } = await fakeMachine(t)
  put('/etc/swarmd/swarmd.toml', 'port = 70000\n')
  await assert.rejects(install([], { apply: true }, system), ConfigError)
  assert.deepEqual(ran, [])
})

const refused: readonly {
  readonly why: string
  readonly code: number
  readonly says: RegExp
  readonly place?: string
  readonly isRoot?: boolean
  readonly names?: readonly string[]
  readonly spoil?: (top: string) => void
}[] = [
  { why: 'it is not root', code: 77, says: /--apply needs root: run it with sudo/, isRoot: false },
  {
    why: 'there is no systemd',
    code: 69,
    says: /systemd does not run this machine; have what does run it start `swarmd serve`/,
    spoil: (top) => rmSync(join(top, '/run/systemd'), { recursive: true }),
  },
  {
    why: 'the program lies where services see nothing',
    code: 78,
    says: /the service sees nothing of \/home, where \S+ is; move the program to \/opt\/swarmd/,
    place: '/home/eve/swarmd',
  },
  {
    why: 'a folder above it is closed',
    code: 78,
    says: /can't read \/srv\/lab\/swarmd\/\S+: \/srv\/lab is closed to others; move the program to \/opt\/swarmd/,
    place: '/srv/lab/swarmd',
    spoil: (top) => chmodSync(join(top, '/srv/lab'), 0o750),
  },
  {
    why: 'its files are closed, as a umask of 027 makes them',
    code: 78,
    says: /src\/cli\/main\.ts is closed to others; open it with chmod -R o\+rX \/opt\/swarmd/,
    spoil: (top) => chmodSync(join(top, '/opt/swarmd/src/cli/main.ts'), 0o640),
  },
  { why: 'the name is none', code: 2, says: /\.\.\/x can't be the name of a peer/, names: ['../x'] },
]
for (const { why, code, says, spoil, names = [], ...how } of refused) {
  test(`it is refused, with the way out, when ${why}`, async (t) => {
    const { system, text, top, ran } = await fakeMachine(t, how)
    spoil?.(top)
    assert.equal(await install(names, { apply: true }, system), code)
    assert.match(text(), says)
    assert.deepEqual(ran, [])
  })
}

test('packages that are missing are told with the command that brings them', async (t) => {
  const { system, text } = await fakeMachine(t)
  const machine = { ...system.machine, mode: async (path: string) => (path.includes('fastify') ? null : 0o755) }
  assert.equal(await install([], {}, { ...system, machine }), 78)
  assert.match(text(), /there is no \S+fastify\/package\.json; run npm ci --omit=dev in \/opt\/swarmd/)
})

test('the two units that are shipped differ in the name only', () => {
  const lines = (file: string): string[] => {
    const text = readFileSync(join(UNITS, file), 'utf8')
    return text.slice(text.indexOf('[Unit]')).split('\n')
  }
  assert.deepEqual(
    lines('swarmd@.service').map((line) => line.replace(/-%i|\/%i| \(%i\)/, '')),
    lines('swarmd.service'),
  )
})
