import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeHash } from '../support/fake-service.ts'
import { controlApp } from './control-app.ts'

const url = (index: number) => `/swarms/${fakeHash(1)}/files/${index}/content`

test('a file comes whole, or the part that is asked for', async (t) => {
  const { app } = await controlApp(t)
  const whole = await app.inject(url(0))
  assert.deepEqual(
    [whole.statusCode, whole.body, whole.headers['content-length'], whole.headers['content-type']],
    [200, '0123456789', '10', 'video/mp4'],
  )
  const part = await app.inject({ url: url(0), headers: { range: 'bytes=3-5' } })
  assert.deepEqual([part.statusCode, part.body, part.headers['content-range']], [206, '345', 'bytes 3-5/10'])
  const beyond = await app.inject({ url: url(0), headers: { range: 'bytes=10-' } })
  assert.deepEqual([beyond.statusCode, beyond.headers['content-range']], [416, 'bytes */10'])
  assert.equal(beyond.json<{ code: string }>().code, 'range-not-satisfiable')
  const head = await app.inject({ method: 'HEAD', url: url(0) })
  assert.deepEqual([head.statusCode, head.body, head.headers['content-length']], [200, '', '10'])
  assert.equal((await app.inject(url(12))).statusCode, 404)
  assert.equal((await app.inject(`/swarms/${fakeHash(1)}/files/x/content`)).statusCode, 400)
})

test('a file that is switched off is not waited for: it says so, unless all of it is here', async (t) => {
  const { app, service } = await controlApp(t)
  const files = service.files.bind(service)
  let progress = 0.5
  service.files = (infoHash) => files(infoHash).map((file) => ({ ...file, progress, priority: 'off' }))
  const refused = await app.inject(url(0))
  assert.deepEqual([refused.statusCode, refused.json<{ code: string }>().code], [409, 'file-switched-off'])
  progress = 1
  assert.equal((await app.inject(url(0))).statusCode, 200)
})

test('a part is only given of the file that was meant', async (t) => {
  const { app } = await controlApp(t)
  const tag = String((await app.inject(url(0))).headers['etag'])
  const ask = async (condition: string) =>
    (await app.inject({ url: url(0), headers: { range: 'bytes=0-1', 'if-range': condition } })).statusCode
  assert.deepEqual([await ask(tag), await ask('"other"')], [206, 200])
})

test('what is in a torrent is never a page of ours', async (t) => {
  const { app } = await controlApp(t)
  const { headers } = await app.inject(url(1))
  assert.equal(headers['content-type'], 'application/octet-stream')
  assert.equal(headers['content-disposition'], 'attachment')
  assert.equal(headers['x-content-type-options'], 'nosniff')
  assert.match(String(headers['content-security-policy']), /^default-src 'none'.*sandbox$/)
})

test('limits of all swarms and wishes of one are changed', async (t) => {
  const { app, service } = await controlApp(t)
  const patch = (at: string, payload: object) => app.inject({ method: 'PATCH', url: at, payload })
  assert.deepEqual((await patch('/limits', { uploadLimit: 1048576 })).json(), {
    downloadLimit: null,
    uploadLimit: 1048576,
  })
  assert.deepEqual((await app.inject('/limits')).json(), { downloadLimit: null, uploadLimit: 1048576 })
  const here = `/swarms/${fakeHash(1)}`
  const files = [{ index: 1, priority: 'off' }]
  const changed = await patch(here, { sequential: true, downloadLimit: 65536, files, state: 'stopped' })
  const { sequential, downloadLimit, state } = changed.json<Record<string, unknown>>()
  assert.deepEqual([sequential, downloadLimit, state], [true, 65536, 'stopped'])
  assert.deepEqual(
    service.calls.map(([name]) => name),
    ['changeLimits', 'changeWishes', 'setDesiredState'],
  )
  for (const wrong of [{}, { uploadLimit: 1 }, { uploadLimit: 'all' }, { downloadLimit: 1e15 }, { upload: 1 }]) {
    assert.equal((await patch('/limits', wrong)).statusCode, 400, JSON.stringify(wrong))
  }
  for (const wrong of [{}, { files: [{ index: 1 }] }, { files: [{ index: -1, priority: 'off' }] }, { sequential: 1 }]) {
    assert.equal((await patch(here, wrong)).statusCode, 400, JSON.stringify(wrong))
  }
})
