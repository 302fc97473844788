/** The commands that ask a service, against the real API over a service of plain values. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, it } from 'node:test'
import { createControl } from '../../../src/control/index.ts'
import { ServiceError, type SwarmView } from '../../../src/service/index.ts'
import { commandLine, json, swarmd } from '../../support/command-line.ts'
import { fakeMember } from '../../support/fake-members.ts'
import { FakeService, fakeHash, fakeSwarm } from '../../support/fake-service.ts'

describe('the commands', () => {
  it('add: gives the bytes of a .torrent to the service, and adding again is fine', async (t) => {
    const { service, folder, run } = await commandLine(t)
    const file = path.join(folder, 'x.torrent')
    await writeFile(file, Buffer.from([7, 1, 2, 3]))
    assert.deepEqual(await run('add', file), { code: 0, out: `${fakeHash(7)} file-7.img\n`, err: '' })
    const call = service.calls.find(([name]) => name === 'addTorrent')
    assert.deepEqual(Buffer.from(call?.[1] as Uint8Array), Buffer.from([7, 1, 2, 3]))
    assert.equal((await run('add', file)).out, `${fakeHash(7)} file-7.img (was there already)\n`)
    assert.equal((json((await run('add', '--json', file)).out) as SwarmView).infoHash, fakeHash(7))
  })

  it('add: what can not be read, or is no torrent, is told in a line: 1', async (t) => {
    const { service, folder, run } = await commandLine(t)
    const gone = path.join(folder, 'gone.torrent')
    assert.deepEqual(await run('add', gone), {
      code: 1,
      out: '',
      err: `swarmd: can't read ${gone}: there is no such file\n`,
    })
    await writeFile(gone, 'no torrent')
    service.fault = new ServiceError('invalid-torrent', 'it ends at byte 3')
    const refused = await run('add', gone)
    assert.equal(refused.code, 1)
    assert.match(refused.err, /^swarmd: Not a valid \.torrent: it ends at byte 3\. .*curl --data-binary/)
    const asJson = await run('add', '--json', gone)
    assert.equal((json(asJson.err) as { code: string }).code, 'invalid-torrent')
  })

  it('ls: lists all swarms, also those beyond the first page', async (t) => {
    const service = new FakeService(...Array.from({ length: 1203 }, (_, at) => at + 1))
    const { run } = await commandLine(t, service)
    const { code, out } = await run('ls')
    assert.equal(code, 0)
    const lines = out.trimEnd().split('\n')
    assert.match(lines[0] ?? '', /^HASH {6}NAME +STATUS +DONE/)
    assert.equal(lines.length, 1204)
    assert.equal((json((await run('ls', '--json')).out) as SwarmView[]).length, 1203)
  })

  it('show: finds a swarm by info hash, by its beginning and by name', async (t) => {
    const { service, run } = await commandLine(t)
    service.hold(fakeSwarm(9, { infoHash: `beef${'0'.repeat(36)}` as SwarmView['infoHash'], name: 'beef.img' }))
    for (const word of [fakeHash(2), 'file-2.img']) {
      assert.match((await run('show', word)).out, /^name +file-2\.img$/m)
    }
    assert.match((await run('show', 'BEEF')).out, /^name +beef\.img$/m)
    assert.equal((json((await run('show', '--json', 'beef')).out) as SwarmView).name, 'beef.img')
    assert.match((await run('show', 'nix')).err, /^swarmd: there is no swarm nix; /)
    const several = await run('show', '0000')
    assert.equal(several.code, 1)
    assert.match(several.err, /^swarmd: 0000 can be 3 swarms: /)
  })

  it('files, peers and pieces: tell what the API tells', async (t) => {
    const { run } = await commandLine(t)
    assert.match((await run('files', 'file-1.img')).out, /^11 +0 % +10 B {2}\w+ +folder\/file-11$/m)
    const peers = await run('peers', 'file-1.img')
    assert.match(peers.out, /^10\.0\.0\.1:5000 {2}<img src=x onerror=alert\(1\)> +25 % +1\.00 kB\/s +2\.00 kB\/s/m)
    assert.match(peers.out, /optimistic turn {2}it chokes us$/m)
    const pieces = await run('pieces', 'file-1.img')
    assert.equal(pieces.out.split('\n')[0], '██████◆·····')
    assert.match(pieces.out, /6 of 12 pieces are here/)
    for (const command of ['files', 'peers', 'pieces']) {
      assert.ok(json((await run(command, '--json', 'file-1.img')).out) !== null)
    }
  })

  it('events: a topic that there is not is wrong usage', async (t) => {
    const { run } = await commandLine(t)
    await assert.rejects(run('events', '--topics', 'swarms,nix'), { name: 'CommanderError', message: /no topic nix/ })
  })

  it('events: says why it is refused, and exits as all that are refused', async (t) => {
    const tokens = { check: async (token: string) => (token === 'right'.repeat(9) ? ('metrics' as const) : null) }
    const control = createControl({ service: new FakeService(1), host: '0.0.0.0', port: 0, tokens })
    t.after(() => control.close())
    const { port } = await control.listen()
    const ask = (token = '') => {
      const env = { SWARMD_API: `http://127.0.0.1:${port}`, SWARMD_TOKEN: token }
      return Promise.all([swarmd(['events'], env), swarmd(['events', '--json'], env)])
    }
    for (const [token, code, words] of [
      ['', 'token-missing', /^swarmd: A token is needed: /],
      ['wrong', 'token-invalid', /^swarmd: The token is not valid: /],
      ['right'.repeat(9), 'scope-missing', /^swarmd: The token does not open this: /],
    ] as const) {
      const [plain, asJson] = await ask(token)
      assert.deepEqual([plain.code, asJson.code], [1, 1])
      assert.match(plain.err, words)
      assert.equal((json(asJson.err) as { code: string }).code, code)
    }
    await control.close()
    assert.deepEqual(
      (await ask()).map(({ code }) => code),
      [69, 69],
    )
  })

  it('events: tells what happens until the service stops', async () => {
    const service = new FakeService(1)
    const control = createControl({ service, host: '127.0.0.1', port: 0 })
    const { url } = await control.listen()
    let lines = ''
    const heard = Promise.withResolvers<void>()
    const note = (text: string): void => {
      lines += text
      if (text.includes('"hello"')) {
        const time = '2026-01-01T00:00:00.000Z'
        const event = { type: 'swarm.completed', infoHash: fakeHash(1), name: 'x\u001b[2J', time } as const
        for (const listener of service.listeners) listener(event)
      }
      if (text.includes('"swarm.completed"')) heard.resolve()
    }
    const ended = swarmd(['events', '--json'], { SWARMD_API: url }, undefined, note)
    await heard.promise
    await control.close()
    assert.equal((await ended).code, 0)
    const types = lines
      .trimEnd()
      .split('\n')
      .map((line) => (json(line) as { type: string }).type)
    assert.equal(types[0], 'hello')
    assert.ok(types.includes('swarm.completed'))
    assert.ok(!lines.includes('\u001b'))
  })

  it('create: makes a torrent of what lies in shareable/, and writes it where it is wanted', async (t) => {
    const { service, folder, run } = await commandLine(t)
    const output = path.join(folder, 'made.torrent')
    const made = await run('create', 'file-1.img', '--piece-length', '65536', '--private', '-o', output)
    assert.equal(made.code, 0)
    assert.match(made.out, /^[0-9a-f]{40} \w+\n$/)
    assert.deepEqual(
      service.calls.find(([name]) => name === 'makeTorrent'),
      ['makeTorrent', 'file-1.img'],
    )
    assert.ok((await readFile(output)).length > 0)
    await assert.rejects(run('create', 'file-1.img', '--piece-length', '65000'), /give one of 16384/)
  })

  it('create: waits as long as it takes to read what is large', async (t) => {
    const { service, run } = await commandLine(t)
    const make = service.makeTorrent.bind(service)
    service.makeTorrent = async (wish) => {
      await new Promise((resolve) => setTimeout(resolve, 100))
      return make(wish)
    }
    const timeout = AbortSignal.timeout.bind(AbortSignal)
    t.mock.method(AbortSignal, 'timeout', () => timeout(10))
    assert.deepEqual(await run('create', 'file-1.img'), { code: 0, out: `${fakeHash(10)} downloading\n`, err: '' })
    assert.equal((await run('create', '')).code, 1)
  })

  it('members: a machine with an IPv6 address alone is told so that it can be called', async (t) => {
    const { service, run } = await commandLine(t)
    service.members = () => [fakeMember(1, { addresses: ['fd00::1'] })]
    assert.match((await run('members')).out, /^<b>lab-1<\/b> +\[fd00::1\]:5000 +alive/m)
  })

  it('members: lists every machine, with a line for each of its swarms', async (t) => {
    const { run } = await commandLine(t)
    const { code, out } = await run('members')
    assert.equal(code, 0)
    assert.match(
      out,
      /^<b>lab-\d<\/b> +10\.0\.0\.\d:5000 +alive +0{7}\d +50 % +0 B\/s +1\.00 kB\/s +- {2}stalled, stuck$/m,
    )
    // What it said last of its rates is no longer so.
    assert.match(out, /^<b>lab-3<\/b> +10\.0\.0\.3:5000 +gone +0{8} +50 % +- +- +- {2}heard of/m)
  })

  it('doctor: finds nothing wrong, or says what, and exits 1', async (t) => {
    const { service, run } = await commandLine(t)
    const fine = await run('doctor')
    assert.equal(fine.code, 0)
    assert.match(fine.out, /^good {2}service: swarmd 0\.1\.0 on Node v\d/m)
    service.hold(fakeSwarm(4, { state: 'error', stateReason: 'the disk is full' }))
    const ill = await run('doctor')
    assert.equal(ill.code, 1)
    assert.match(ill.out, /^bad {3}swarm file-4\.img: error: the disk is full; /m)
  })

  it('why: says of all swarms, one, or one peer, why it is as it is', async (t) => {
    const { run } = await commandLine(t)
    const all = await run('why')
    assert.equal(all.code, 0)
    assert.match(all.out, /^file-1\.img is downloading[^]*\nfile-3\.img is downloading/)
    assert.match((await run('why', 'file-1.img')).out, /1\. gives {2}10\.0\.0\.1:5000 {2}regular: 2nd of 9 by rate/)
    for (const word of ['10.0.0.1', '10.0.0.1:5000']) {
      assert.match((await run('why', 'file-1.img', word)).out, /^10\.0\.0\.1:5000 .*\n\nWe give: optimistic turn\n/)
    }
    const { peer } = json((await run('why', '--json', 'file-1.img', '10.0.0.1')).out) as { peer: { address: string } }
    assert.equal(peer.address, '10.0.0.1:5000')
    const unknown = await run('why', 'file-1.img', '10.9.9.9')
    assert.notEqual(unknown.code, 0)
    assert.match(unknown.err, /no peer 10\.9\.9\.9 is connected/)
  })

  it('completions: are those of the commands there are, and a shell can read them', async (t) => {
    const { run } = await commandLine(t)
    const { out } = await run('completions', 'bash')
    const ask = (...words: string[]): string =>
      execFileSync(
        'bash',
        ['-c', `${out}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _swarmd; echo "\${COMPREPLY[@]}"`, '-', ...words],
        {
          encoding: 'utf8',
        },
      ).trim()
    assert.equal(ask('swarmd', 'pe'), 'peers')
    assert.equal(ask('swarmd', 'rm', '--da'), '--data')
    assert.equal(ask('swarmd', 'set', 'x', '--se'), '--sequential')
    assert.equal(ask('swarmd', 'set', 'x', '--sequential', 'o'), 'on off')
    assert.equal(ask('swarmd', 'completions', 'f'), 'fish')
    for (const shell of ['zsh', 'fish'])
      assert.match((await run('completions', shell)).out, /peers.*List the connected peers/)
  })
})

describe('get --wait', () => {
  const coming = (at: number): SwarmView =>
    fakeSwarm(
      7,
      at < 1 ? { progress: at } : { progress: 1, status: 'seeder', state: 'seeding', stateReason: 'serving' },
    )

  it('prints lines in a pipe: one a tenth, and the result on stdout', async (t) => {
    const { service, folder, run } = await commandLine(t)
    const file = path.join(folder, 'x.torrent')
    await writeFile(file, Buffer.from([7]))
    let progress = 0
    service.hold(coming(0))
    const find = service.swarm.bind(service)
    service.swarm = (infoHash) => {
      progress = Math.min(1, progress + 0.04)
      service.hold(coming(progress > 0.99 ? 1 : progress))
      return find(infoHash)
    }
    const { code, out, err } = await run('get', '--wait', file)
    assert.equal(code, 0)
    assert.match(out, /^file-7\.img: complete, 3\.00 TB, waited \d+ s\n$/)
    const lines = err.trimEnd().split('\n')
    assert.ok(lines.length >= 10 && lines.length <= 14, err)
    for (const line of lines) assert.match(line, /^file-7\.img: \d+ %, 1\.05 MB\/s down, 524 kB\/s up/)
  })

  it('draws bars on a terminal', async (t) => {
    const { service, folder, url } = await commandLine(t)
    const file = path.join(folder, 'x.torrent')
    await writeFile(file, Buffer.from([7]))
    service.hold(coming(0.5))
    let looks = 0
    const onSleep = (): void => {
      if (++looks === 3) service.hold(coming(1))
    }
    const env = { SWARMD_API: url, SWARMD_ROOT: folder, NO_COLOR: '1' }
    const { code, err } = await swarmd(['get', '--wait', file], env, { columns: 60, onSleep })
    assert.equal(code, 0)
    assert.match(err, /file-7\.img {10}█████░░░░░ {2}50 % ↓ 1\.05 MB\/s/)
    assert.match(err, /file-7\.img {10}██████████ 100 %/)
    assert.ok(!err.includes('\u001b[32m'))
  })

  it('ends well when all that is wanted is here, with other files switched off', async (t) => {
    const { service, folder, run } = await commandLine(t)
    const file = path.join(folder, 'x.torrent')
    await writeFile(file, Buffer.from([7]))
    service.hold(fakeSwarm(7, { progress: 0.5, status: 'peer', state: 'seeding', stateReason: 'serving' }))
    // Were it not to end, the swarm would fail in time.
    let looks = 0
    const find = service.swarm.bind(service)
    service.swarm = (infoHash) => {
      if (++looks > 5) service.hold(fakeSwarm(7, { state: 'error', stateReason: 'waited on' }))
      return find(infoHash)
    }
    const { code, out } = await run('get', '--wait', file)
    assert.equal(code, 0)
    assert.match(out, /^file-7\.img: all that is wanted is here, 1\.50 TB of 3\.00 TB, waited \d+ s\n$/)
  })

  it('ends with 1 and the reason when the swarm can not go on', async (t) => {
    const { service, folder, run } = await commandLine(t)
    const file = path.join(folder, 'x.torrent')
    await writeFile(file, Buffer.from([7]))
    service.hold(fakeSwarm(7, { state: 'error', stateReason: 'the disk is full' }))
    const { code, err } = await run('get', '--wait', file)
    assert.equal(code, 1)
    assert.match(err, /swarmd: file-7\.img: error: the disk is full\n$/)
  })
})

describe('where no service answers', () => {
  it('every command ends with 69 and one line', async (t) => {
    const { folder } = await commandLine(t)
    // Taken and closed again: nobody listens there.
    const control = createControl({ service: new FakeService(), host: '127.0.0.1', port: 0 })
    const { url } = await control.listen()
    await control.close()
    for (const argv of [['ls'], ['watch'], ['rm', 'x']]) {
      const { code, out, err } = await swarmd(argv, { SWARMD_API: url, SWARMD_ROOT: folder })
      assert.deepEqual([code, out], [69, ''])
      assert.equal(
        err,
        `swarmd: no swarmd answers at ${url} (connection refused); start one with \`swarmd serve\`, or give --api URL\n`,
      )
    }
  })

  it('an address that is none ends with 78', async (t) => {
    const { folder } = await commandLine(t)
    for (const api of ['ftp://localhost', 'nonsense', 'http://user:secret@localhost']) {
      const { code, err } = await swarmd(['ls'], { SWARMD_API: api, SWARMD_ROOT: folder })
      assert.equal(code, 78)
      assert.match(err, /^swarmd: --api [^\n]+\n$/)
      assert.doesNotMatch(err, /secret/)
    }
  })

  it('a token file that is not there ends with 78', async (t) => {
    const { folder, url } = await commandLine(t)
    const env = { SWARMD_API: url, SWARMD_ROOT: folder, SWARMD_TOKEN_FILE: path.join(folder, 'none') }
    assert.equal((await swarmd(['ls'], env)).code, 78)
  })
})
