/** The commands that change swarms, against the real API over a service of plain values. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ServiceError, type SwarmView } from '../../../src/service/index.ts'
import { commandLine, json } from '../../support/command-line.ts'
import { FakeService, fakeHash } from '../../support/fake-service.ts'

describe('the commands that change swarms', () => {
  it('stop and start: change every swarm that is named, or none', async (t) => {
    const { service, run } = await commandLine(t)
    const changes = (): unknown[][] => service.calls.filter(([name]) => name === 'setDesiredState')
    assert.equal((await run('stop', 'file-1.img', 'nix')).code, 1)
    assert.deepEqual(changes(), [])
    assert.deepEqual(await run('stop', 'file-1.img', 'file-2.img'), {
      code: 0,
      out: 'file-1.img: stopped\nfile-2.img: stopped\n',
      err: '',
    })
    assert.equal((await run('start', 'file-1.img')).out, 'file-1.img: downloading\n')
    assert.deepEqual(changes().at(-1), ['setDesiredState', fakeHash(1), 'started'])
  })

  it('stop: one that is refused stops none of the others, and the exit code says so', async (t) => {
    const { service, run } = await commandLine(t)
    const change = service.setDesiredState.bind(service)
    service.setDesiredState = async (infoHash, state) => {
      if (infoHash === fakeHash(2)) throw new ServiceError('storage', 'The disk is full.')
      return change(infoHash, state)
    }
    const words = ['file-1.img', 'file-2.img', 'file-3.img']
    const { code, out, err } = await run('stop', ...words)
    assert.deepEqual([code, out], [1, 'file-1.img: stopped\nfile-3.img: stopped\n'])
    assert.match(err, /^swarmd: file-2\.img: The disk refused: The disk is full\. Make room[^\n]+\n$/)
    const asJson = await run('stop', '--json', ...words)
    assert.equal(asJson.out.trimEnd().split('\n').length, 2)
    assert.equal((json(asJson.err) as { instance: string }).instance, `/swarms/${fakeHash(2)}`)
  })

  it('rm: of hundreds asks in few requests', async (t) => {
    const service = new FakeService(...Array.from({ length: 250 }, (_, at) => at + 1))
    const { run } = await commandLine(t, service)
    const words = Array.from({ length: 250 }, (_, at) => fakeHash(at + 1))
    assert.equal((await run('rm', ...words)).out.split('\n').length, 251)
    assert.equal(service.held.size, 0)
  })

  it('set: limits and order of several swarms, and what they are then', async (t) => {
    const { service, run } = await commandLine(t)
    const { code, out } = await run('set', 'file-1.img', 'file-2.img', '--down', '2.5MB', '--up', '512KiB/s')
    assert.equal(code, 0)
    const line = 'down at most 2.50 MB/s, up at most 524 kB/s, pieces rarest first'
    assert.equal(out, `file-1.img: ${line}\nfile-2.img: ${line}\n`)
    await run('set', 'file-2.img', '--down', 'none', '--sequential', 'on')
    assert.deepEqual(
      service.swarms().map(({ downloadLimit, uploadLimit, sequential }) => [downloadLimit, uploadLimit, sequential]),
      [
        [2_500_000, 524_288, false],
        [null, 524_288, true],
        [null, null, false],
      ],
    )
    assert.match((await run('show', 'file-2.img')).out, /^limits {5}down no limit, up at most 524 kB\/s$/m)
    const asJson = json((await run('set', '--json', 'file-2.img', '--up', 'none')).out) as SwarmView
    assert.deepEqual([asJson.infoHash, asJson.uploadLimit], [fakeHash(2), null])
  })

  it('set: priorities of files by index, path and pattern, the last word holds', async (t) => {
    const { service, run } = await commandLine(t)
    const words = ['--file', '*=off', '--file', 'file-3=high', '--file', '11=low', '--file', 'folder/file-4=normal']
    const { code, out } = await run('set', 'file-1.img', ...words)
    assert.equal(code, 0)
    assert.match(out, /pieces rarest first; 12 files set\n$/)
    const [, , changes] = service.calls.find(([name]) => name === 'changeWishes') ?? []
    const { files } = changes as { files: { index: number; priority: string }[] }
    assert.deepEqual(
      files.map(({ index, priority }) => [index, priority]),
      Array.from({ length: 12 }, (_, at) => [at, at === 3 ? 'high' : at === 4 ? 'normal' : at === 11 ? 'low' : 'off']),
    )
    const unknown = await run('set', 'file-1.img', '--file', 'nix=off')
    assert.deepEqual([unknown.code, unknown.err], [1, 'swarmd: there is no file nix; `swarmd files` lists them\n'])
  })

  it('set: what can not be meant is wrong usage, and changes nothing', async (t) => {
    const { service, run } = await commandLine(t)
    for (const words of [
      [],
      ['--down', 'fast'],
      ['--down', '1'],
      ['--down', '-5'],
      ['--sequential', 'yes'],
      ['--file', '3'],
      ['--file', '3=urgent'],
    ]) {
      await assert.rejects(run('set', 'file-1.img', ...words), { name: 'CommanderError', exitCode: 1 }, words.join(' '))
    }
    await assert.rejects(run('set', 'file-1.img', 'file-2.img', '--file', '0=off'), /each has its own files/)
    assert.deepEqual(service.calls, [])
  })

  it('limits: shows those of all swarms together, and sets them', async (t) => {
    const { service, run } = await commandLine(t)
    assert.equal((await run('limits')).out, 'down no limit\nup   no limit\n')
    assert.equal((await run('limits', '--down', '1 MB')).out, 'down at most 1.00 MB/s\nup   no limit\n')
    assert.deepEqual(json((await run('limits', '--json', '--up', '2048')).out), {
      downloadLimit: 1_000_000,
      uploadLimit: 2048,
    })
    assert.deepEqual(service.limits(), { downloadLimit: 1_000_000, uploadLimit: 2048 })
  })

  it('recheck: begins to read everything back', async (t) => {
    const { service, run } = await commandLine(t)
    assert.match((await run('recheck', 'file-1.img')).out, /^file-1\.img: \w+\n$/)
    assert.deepEqual(service.calls.at(-1), ['recheck', fakeHash(1)])
  })

  it('rm: forgets a swarm, and its files only with --data', async (t) => {
    const { service, run } = await commandLine(t)
    assert.equal((await run('rm', 'file-1.img')).out, 'file-1.img: forgotten\n')
    assert.equal((await run('rm', '--data', 'file-2.img')).out, 'file-2.img: forgotten, and its files deleted\n')
    const removals = service.calls.filter(([name]) => name === 'remove')
    assert.deepEqual(removals, [
      ['remove', fakeHash(1), { deleteData: false }],
      ['remove', fakeHash(2), { deleteData: true }],
    ])
  })
})
