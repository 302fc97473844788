import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SystemdMachine } from '../support/systemd-machine.ts'
import { waitUntil } from '../support/wait-until.ts'

const SWARMD = '/opt/swarmd/src/cli/swarmd.js'
const FIRST_TOKEN = '$(cat /var/lib/private/swarmd/.swarmd/token)'
const API_TOKEN = 'api-0123456789abcdef0123456789'
const METRICS_TOKEN = 'metrics-0123456789abcdef0123456789'
const STOP_MS = 10_000

describe('swarmd under a real systemd', { skip: SystemdMachine.requirements(), timeout: 300_000 }, () => {
  it('is installed, starts ready, transfers, reloads, is watched, is fenced in, and stops', async (t) => {
    await using machine = await SystemdMachine.start()
    const active = async (unit: string) => (await machine.property(unit, 'ActiveState')) === 'active'
    const journal = (unit: string) => machine.shell(`journalctl --no-pager -o cat -u ${unit}`)
    /** The status that the API answers with. */
    const ask = (route: string, token?: string, port = 5080) =>
      machine.shell(
        `curl -s -o /dev/null -w '%{http_code}' ${token === undefined ? '' : `-H "authorization: Bearer ${token}"`} http://127.0.0.1:${port}${route}`,
      )

    await t.test(
      'one command installs it; it is ready when the command is over, and a second time changes nothing',
      async () => {
        const told = await machine.shell(`${SWARMD} install-service`)
        assert.match(told, /^to do +write \/etc\/systemd\/system\/swarmd\.service /m)
        assert.equal((await machine.run('test', '-e', '/etc/systemd/system/swarmd.service')).status, 1)
        const done = await machine.shell(`${SWARMD} install-service --apply`)
        assert.match(done, /^done +run systemctl start swarmd\.service /m)
        assert.match(done, /swarmd runs: API and page at http:\/\/127\.0\.0\.1:5080/)
        assert.equal(await ask('/readyz'), '200')
        assert.equal(await machine.shell('systemctl is-enabled swarmd'), 'enabled\n')
        // Said through systemd-notify, a child, by a service that systemd waits for.
        assert.match(await machine.property('swarmd', 'StatusText'), /no swarms yet/)
        const pid = await machine.property('swarmd', 'MainPID')
        assert.doesNotMatch(await machine.shell(`${SWARMD} install-service --apply`), /^(done|to do)/m)
        assert.equal(await machine.property('swarmd', 'MainPID'), pid)
        assert.equal(await machine.shell('swarmd ls --json'), '[]\n')
      },
    )

    await t.test('the units are without fault and score at most 1.5', async () => {
      for (const unit of ['swarmd.service', 'swarmd@.service']) {
        const file = `/etc/systemd/system/${unit}`
        const { status, out, err } = await machine.run('systemd-analyze', 'verify', '--man=no', file)
        assert.deepEqual([status, out, err], [0, '', ''])
        const score = await machine.run(
          'systemd-analyze',
          'security',
          '--offline=true',
          '--threshold=15',
          '--no-pager',
          file,
        )
        assert.equal(score.status, 0, score.out)
        t.diagnostic(score.out.trim().split('\n').at(-1) ?? '')
      }
    })

    await t.test('off loopback it asks for tokens, of its own and of those in the credential store', async () => {
      await machine.shell(`echo 'api-host = "0.0.0.0"' >> /etc/swarmd/swarmd.toml && mkdir -m 700 -p /etc/credstore`)
      for (const [name, token] of Object.entries({ 'api-token': API_TOKEN, 'metrics-token': METRICS_TOKEN })) {
        await machine.shell(`umask 077 && echo ${token} > /etc/credstore/swarmd.${name}`)
      }
      await machine.shell('systemctl restart swarmd')
      assert.equal(await ask('/swarms'), '401')
      assert.equal(await ask('/swarms', FIRST_TOKEN), '200')
      assert.equal(await ask('/swarms', API_TOKEN), '200')
      assert.equal(await ask('/metrics', METRICS_TOKEN), '200')
      assert.equal(await ask('/swarms', METRICS_TOKEN), '403')
      // Made by root in the state of another user.
      const made = await machine.shell('swarmd token create --scope read --root /var/lib/swarmd')
      await waitUntil('the new token to open', async () => (await ask('/swarms', made.trim())) === '200')
      assert.equal(await ask('/swarms', FIRST_TOKEN), '200')
    })

    await t.test('the credentials are in its memory alone, readable by its user alone', async () => {
      const pid = await machine.property('swarmd', 'MainPID')
      const folder = '/run/credentials/swarmd.service'
      const seen = await machine.shell(
        `nsenter --target ${pid} --mount stat -c '%a %U' ${folder}/swarmd.api-token ${folder}/swarmd.metrics-token; nsenter --target ${pid} --mount stat -f -c %T ${folder}`,
      )
      const user = (await machine.shell(`stat -c %U /proc/${pid}`)).trim()
      assert.match(seen, /^[04]00 \S+\n[04]00 \S+\n(ramfs|tmpfs)\n$/)
      assert.notEqual(user, 'root')
      assert.equal((await machine.run('setpriv', '--reuid=65534', 'cat', `${folder}/swarmd.api-token`)).status, 1)
      const environment = await machine.shell(`tr '\\0' '\\n' < /proc/${pid}/environ`)
      assert.match(environment, /^CREDENTIALS_DIRECTORY=\/run\/credentials\/swarmd\.service$/m)
      for (const token of [API_TOKEN, METRICS_TOKEN]) {
        assert.ok(!environment.includes(token))
        assert.ok(!(await machine.shell(`tr '\\0' ' ' < /proc/${pid}/cmdline`)).includes(token))
        assert.ok(!(await journal('swarmd')).includes(token))
      }
    })

    await t.test('two more on the same machine get a file from the first', async () => {
      await machine.shell('swarmd install-service a b --apply')
      await machine.shell('cp /opt/swarmd/shareable/age.txt /var/lib/private/swarmd/shareable/')
      const headers = `-H 'content-type: application/x-bittorrent' -H "authorization: Bearer ${API_TOKEN}"`
      const ports = { a: 5180, b: 5280 }
      for (const port of [5080, ...Object.values(ports)]) {
        const { infoHash } = JSON.parse(
          await machine.shell(
            `curl -sf --data-binary @/opt/swarmd/torrents/age.torrent ${headers} http://127.0.0.1:${port}/swarms`,
          ),
        ) as { infoHash: string }
        if (port === 5080) continue
        // Not before what is there has been looked at.
        await waitUntil(
          'it to take the address',
          async () =>
            (
              await machine.run(
                'sh',
                '-c',
                `curl -s --fail-with-body -d '{"addresses":["127.0.0.1:5000"]}' -H 'content-type: application/json' http://127.0.0.1:${port}/swarms/${infoHash}/peers`,
              )
            ).status === 0,
        )
      }
      for (const [name, port] of Object.entries(ports)) {
        await waitUntil('the file', async () => {
          const swarms = await machine.shell(`swarmd ls --json --api http://127.0.0.1:${port}`)
          return (JSON.parse(swarms) as { status: string }[])[0]?.status === 'seeder'
        })
        await machine.shell(`cmp /opt/swarmd/shareable/age.txt /var/lib/private/swarmd-${name}/shareable/age.txt`)
      }
      const pids = await Promise.all(
        ['swarmd', 'swarmd@a', 'swarmd@b'].map((unit) => machine.property(unit, 'MainPID')),
      )
      const users = await Promise.all(pids.map((pid) => machine.shell(`stat -c %U /proc/${pid}`)))
      assert.deepEqual(users, ['swarmd\n', 'swarmd-a\n', 'swarmd-b\n'])
    })

    await t.test('a reload says what changed', async () => {
      await machine.shell(`echo 'metrics-peers = 7' >> /etc/swarmd/swarmd.toml`)
      await machine.shell('systemctl reload swarmd')
      await waitUntil('the word of it', async () =>
        /metrics-peers holds now/.test(await machine.property('swarmd', 'StatusText')),
      )
      const reloaded = (await journal('swarmd')).split('\n').find((line) => line.includes('config.reloaded'))
      assert.deepEqual((JSON.parse(reloaded ?? '{}') as { changed: unknown }).changed, [
        { key: 'metrics-peers', from: 50, to: 7, holds: 'now' },
      ])
    })

    await t.test('the journal has its events, as JSON, under its unit', async () => {
      const entries = (
        await machine.shell('journalctl --no-pager -o json _SYSTEMD_UNIT=swarmd.service _TRANSPORT=stdout')
      )
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, string>)
      for (const entry of entries) assert.equal(entry['_SYSTEMD_UNIT'], 'swarmd.service')
      const events = entries
        .map((entry) => entry['MESSAGE'] ?? '')
        .filter((message) => message.startsWith('{'))
        .map((message) => (JSON.parse(message) as { event: string }).event)
      for (const event of ['service.started', 'service.stopping', 'service.stopped', 'config.reloaded']) {
        assert.ok(events.includes(event), `${event} in ${events.join(' ')}`)
      }
      // Those that somebody should look at are marked; so far there are none.
      assert.deepEqual(new Set(entries.map((entry) => entry['PRIORITY'])), new Set(['6']))
    })

    await t.test('it can write nowhere but in its state, and run nothing with rights', async () => {
      const pid = await machine.property('swarmd', 'MainPID')
      const inside = (script: string) => machine.run('nsenter', '--target', pid, '--mount', 'sh', '-c', script)
      for (const place of ['/etc', '/usr', '/opt/swarmd', '/var/lib', '/var/lib/private/swarmd-a', '/home', '/root']) {
        assert.notEqual((await inside(`: > ${place}/swarmd-was-here`)).status, 0, place)
      }
      assert.equal((await inside(': > /var/lib/private/swarmd/allowed')).status, 0)
      const status = await machine.shell(`cat /proc/${pid}/status`)
      assert.match(status, /^NoNewPrivs:\s1$/m)
      assert.match(status, /^Seccomp:\s2$/m)
      for (const kind of ['CapEff', 'CapPrm', 'CapBnd']) assert.match(status, new RegExp(`^${kind}:\\s0+$`, 'm'))
      assert.doesNotMatch(status, /^Uid:\s0\s/m)
      // This machine may not raise it as far: what systemd was asked for.
      assert.equal(await machine.property('swarmd', 'LimitNOFILE'), '65536')
    })

    await t.test('a process that hangs is killed by the watchdog, and started again', async () => {
      await machine.shell('mkdir -p /run/systemd/system/swarmd@b.service.d')
      await machine.shell(`printf '[Service]\\nWatchdogSec=4\\n' > /run/systemd/system/swarmd@b.service.d/quick.conf`)
      await machine.shell('systemctl daemon-reload && systemctl restart swarmd@b')
      const pid = await machine.property('swarmd@b', 'MainPID')
      await machine.shell(`kill -STOP ${pid}`)
      await waitUntil(
        'a new process',
        async () => {
          const now = await machine.property('swarmd@b', 'MainPID')
          return now !== pid && now !== '0' && (await active('swarmd@b'))
        },
        { timeoutMs: 60_000 },
      )
      assert.equal(await machine.property('swarmd@b', 'NRestarts'), '1')
      assert.match(await machine.shell('journalctl --no-pager -u swarmd@b'), /[Ww]atchdog/)
      await machine.shell('cmp /opt/swarmd/shareable/age.txt /var/lib/private/swarmd-b/shareable/age.txt')
    })

    await t.test('a wrong setting is one line in the journal, and not tried again', async () => {
      await machine.shell(`mkdir -p /etc/swarmd/c && echo 'port = 70000' > /etc/swarmd/c/swarmd.toml`)
      assert.notEqual((await machine.run('systemctl', 'start', 'swarmd@c')).status, 0)
      assert.deepEqual(
        [await machine.property('swarmd@c', 'ExecMainStatus'), await machine.property('swarmd@c', 'NRestarts')],
        ['78', '0'],
      )
      assert.match(
        await machine.shell('journalctl --no-pager -o cat -u swarmd@c -p err'),
        /^swarmd: \/etc\/swarmd\/c\/swarmd\.toml: port 70000: give a whole number from 0 to 65535$/m,
      )
    })

    await t.test('a service that does not start is told of by the command, in its own words', async () => {
      await machine.shell(
        `mkdir -p /etc/swarmd/d && printf 'port = 5000\\napi-port = 6080\\n' > /etc/swarmd/d/swarmd.toml`,
      )
      const { status, err } = await machine.run('swarmd', 'install-service', 'd', '--apply')
      assert.equal(status, 1)
      assert.match(err, /swarmd@d\.service does not start; it said:[^]*swarmd: port 5000 is in use; stop the program/)
    })

    await t.test('it stops in time, with 0', async () => {
      const began = performance.now()
      await machine.shell('systemctl stop swarmd swarmd@a swarmd@b')
      const took = performance.now() - began
      t.diagnostic(`three stopped in ${Math.round(took)} ms`)
      assert.ok(took < STOP_MS)
      for (const unit of ['swarmd', 'swarmd@a', 'swarmd@b']) {
        assert.deepEqual(
          [await machine.property(unit, 'ExecMainStatus'), await machine.property(unit, 'Result')],
          ['0', 'success'],
        )
      }
    })

    await t.test("one command takes it off, and leaves what is the user's", async () => {
      await machine.shell('systemctl start swarmd')
      const told = await machine.shell('swarmd uninstall-service --apply')
      assert.match(told, /keep \/var\/lib\/swarmd +yours/)
      for (const unit of ['swarmd', 'swarmd@a', 'swarmd@d']) assert.equal(await active(unit), false, unit)
      assert.equal(await machine.property('swarmd', 'LoadState'), 'not-found')
      await machine.shell('test -e /var/lib/private/swarmd/shareable/age.txt -a -e /etc/swarmd/swarmd.toml')
      assert.equal(await machine.shell('ls /etc/systemd/system /usr/local/bin | grep -c swarmd || true'), '0\n')
    })
  })
})
