import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { swarmWords } from '../../../src/cli/commands/complete-swarms.ts'
import { createControl } from '../../../src/control/index.ts'
import { commandLine, swarmd } from '../../support/command-line.ts'
import { fakeHash, fakeSwarm, FakeService } from '../../support/fake-service.ts'
import { ScratchFolder } from '../../support/scratch-folder.ts'

const words = (names: readonly string[], beginning = ''): (string | undefined)[] =>
  swarmWords(
    names.map((name, at) => fakeSwarm(at + 1, { name })),
    beginning,
  ).map((line) => line.split('\t')[0])

test('a swarm is offered by its name, or by its info hash where the name would not do', () => {
  assert.deepEqual(words(['lab.img', 'lab_2.img']), ['lab.img', 'lab_2.img'])
  assert.deepEqual(words(['lab.img', 'course'], 'la'), ['lab.img'])
  // Twice there; a shell would do something with it; it could be an option, or the info hash of another.
  const unfit = ['twice', 'twice', 'a b', '$(reboot)', '-rf', '*', "it's", 'a\nb', '~root', 'cafe', '']
  assert.deepEqual(
    words(unfit),
    unfit.map((_, at) => fakeHash(at + 1)),
  )
  assert.deepEqual(words(['lab.img'], fakeHash(1).slice(0, 39)), [fakeHash(1)])
  assert.deepEqual(words(['lab.img'], 'x'), [])
})

test('what steers a terminal is shown and not done', () => {
  const [line = ''] = swarmWords([fakeSwarm(1, { name: 'a\u001b[2J\nb\tc' })], '')
  assert.equal(line, `${fakeHash(1)}\ta\\u{1b}[2J\\u{a}b\\u{9}c, downloading`)
})

test('complete-swarms asks the service, and says nothing when there is none', async (t) => {
  const { run } = await commandLine(t, new FakeService(1, 2))
  // Two seconds are long for a finger on the key, and not for a machine that is busy with other tests.
  const patience = t.mock.method(AbortSignal, 'timeout', () => new AbortController().signal)
  const { code, out } = await run('complete-swarms', 'file-2')
  assert.deepEqual(patience.mock.calls.at(-1)?.arguments, [2_000])
  patience.mock.restore()
  assert.deepEqual([code, out], [0, 'file-2.img\tdownloading\n'])
  assert.deepEqual(await swarmd(['complete-swarms'], { SWARMD_API: 'http://127.0.0.1:9' }), {
    code: 1,
    out: '',
    err: '',
  })
})

test('complete-swarms brings the token of the file that the other commands take it from', async (t) => {
  const tokens = { check: async (token: string) => (token === 'right' ? ('read' as const) : null) }
  const control = createControl({ service: new FakeService(1), host: '0.0.0.0', port: 0, tokens })
  t.after(() => control.close())
  const { port } = await control.listen()
  await using folder = await ScratchFolder.create()
  const file = join(folder.path, 'token')
  await writeFile(file, 'right\n')
  const env = { SWARMD_API: `http://127.0.0.1:${port}`, SWARMD_TOKEN_FILE: file }
  assert.equal((await swarmd(['ls'], env)).code, 0)
  assert.equal((await swarmd(['complete-swarms'], env)).out, 'file-1.img\tdownloading\n')
})
