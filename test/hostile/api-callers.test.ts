import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { askUpgrade } from '../support/event-client.ts'
import { inMemoryTorrent, placeContent } from '../support/in-memory-torrent.ts'
import { askRaw, type RawAnswer, type RawRequest } from '../support/raw-http.ts'
import { ScratchFolder } from '../support/scratch-folder.ts'
import { SwarmdChild } from '../support/swarmd-child.ts'
import { waitUntil } from '../support/wait-until.ts'

const torrent = inMemoryTorrent({ name: 'mine.bin', content: 40_000 })
const { infoHash } = torrent.metainfo
const swarm = `/swarms/${infoHash}`

/** What would hurt, and what would tell: if any of it got through, the swarm would be gone, or another. */
const requests: readonly { readonly line: string; readonly type?: string; readonly body?: string }[] = [
  { line: `DELETE ${swarm}?data=delete` },
  { line: `PATCH ${swarm}`, type: 'application/json', body: '{"state":"stopped"}' },
  { line: 'PATCH /limits', type: 'application/json', body: '{"uploadLimit":1024}' },
  { line: `POST ${swarm}/peers`, type: 'application/json', body: '{"addresses":["127.0.0.1:1"]}' },
  { line: `POST ${swarm}/recheck` },
  { line: 'POST /torrents', type: 'application/json', body: '{"name":"mine.bin"}' },
  { line: 'GET /swarms' },
  { line: `GET ${swarm}/metainfo` },
  { line: `GET ${swarm}/files/0/content` },
  { line: 'GET /metrics' },
  { line: 'GET /openapi.json' },
  { line: 'GET /' },
  { line: 'GET /%zz' },
  { line: 'HEAD /swarms' },
  { line: 'OPTIONS /swarms' },
]

describe('a caller of the API', { timeout: 120_000 }, () => {
  let scratch: ScratchFolder
  /** On loopback, where nobody needs a token. */
  let open: SwarmdChild
  /** On all addresses, where everybody does. */
  let guarded: SwarmdChild
  let token = ''
  const roots = { open: '', guarded: '' }

  before(async () => {
    scratch = await ScratchFolder.create()
    roots.open = path.join(scratch.path, 'open')
    roots.guarded = path.join(scratch.path, 'guarded')
    for (const root of [roots.open, roots.guarded]) await placeContent(root, torrent)
    open = (await SwarmdChild.start({ root: roots.open })).child
    guarded = (await SwarmdChild.start({ root: roots.guarded, args: ['--api-host', '0.0.0.0'] })).child
    token = readFileSync(path.join(roots.guarded, '.swarmd', 'token'), 'utf8').trim()
    await open.addTorrent(torrent.bytes)
    const made = await ask(guarded, {
      line: 'POST /swarms HTTP/1.1',
      headers: [here, bearer(), 'Content-Type: application/x-bittorrent'],
      body: torrent.bytes,
    })
    assert.equal(made.status, 201, made.body)
  })
  after(async () => {
    await open[Symbol.asyncDispose]()
    await guarded[Symbol.asyncDispose]()
    await scratch[Symbol.asyncDispose]()
  })

  const here = 'Host: 127.0.0.1'
  const bearer = (text = token): string => `Authorization: Bearer ${text}`

  /** Whatever is answered to whomever: no other site is invited to read it. */
  async function ask(child: SwarmdChild, request: Omit<RawRequest, 'port'>): Promise<RawAnswer> {
    const answer = await askRaw({ port: child.apiPort, ...request })
    const inviting = [...answer.headers.keys()].filter((name) => name.startsWith('access-control-'))
    assert.deepEqual(inviting, [], request.line)
    return answer
  }

  /** All that a request could have changed. */
  async function state(child: SwarmdChild): Promise<unknown> {
    const headers = [here, bearer()]
    const get = async (target: string): Promise<unknown> => {
      const answer = await ask(child, {
        line: `GET ${target} HTTP/1.1`,
        headers: child === guarded ? headers : [here],
      })
      assert.equal(answer.status, 200, answer.body)
      return JSON.parse(answer.body)
    }
    const { state, name, addedAt } = (await get(swarm)) as Record<string, unknown>
    return {
      state,
      name,
      addedAt,
      limits: await get('/limits'),
      swarms: ((await get('/swarms')) as Items).items.length,
    }
  }

  /** Each of the requests with these headers is answered with the status, and did nothing. */
  async function refused(child: SwarmdChild, headers: readonly string[], status: number): Promise<void> {
    const before = await state(child)
    for (const { line, type, body } of requests) {
      const answer = await ask(child, {
        line: `${line} HTTP/1.1`,
        headers: [...headers, ...(type === undefined ? [] : [`Content-Type: ${type}`])],
        ...(body === undefined ? {} : { body }),
      })
      assert.equal(answer.status, status, `${line} with ${headers.join(', ')}: ${answer.body}`)
      assert.doesNotMatch(answer.body, /mine\.bin|"links"/)
    }
    assert.deepEqual(await state(child), before)
  }

  const strangeNames = (): readonly (readonly string[])[] => [
    ['Host: rebound.example'],
    [`Host: rebound.example:${open.apiPort}`],
    ['Host: 127.0.0.1.rebound.example'],
    ['Host: localhost.rebound.example'],
    ['Host: 127.0.0.1@rebound.example'],
    ['Host: 169.254.169.254'],
    ['Host: 0.0.0.0'],
    ['Host: rebound.example', 'X-Forwarded-Host: 127.0.0.1', 'Forwarded: host=127.0.0.1'],
  ]

  it('is turned away when it was sent here under another name, on loopback', async () => {
    for (const headers of strangeNames()) await refused(open, headers, 421)
  })

  it('is turned away when it was sent here under another name, also with a good token', async () => {
    for (const headers of strangeNames()) await refused(guarded, [...headers, bearer()], 421)
  })

  it('gets no socket of events under another name, nor for a page of another site', async () => {
    const status = async (child: SwarmdChild, headers: Record<string, string>): Promise<number> => {
      const answer = await askUpgrade(child.apiUrl, '/events', headers)
      answer.socket?.destroy()
      return answer.status
    }
    const authorization = `Bearer ${token}`
    for (const host of ['rebound.example', `rebound.example:${open.apiPort}`, 'localhost.rebound.example']) {
      assert.equal(await status(open, { host }), 421, host)
      assert.equal(await status(guarded, { host, authorization }), 421, host)
    }
    const own = `http://127.0.0.1:${open.apiPort}`
    for (const origin of ['http://evil.example', 'null', 'file://', 'https://127.0.0.1', `${own}0`]) {
      assert.equal(await status(open, { origin }), 403, origin)
      assert.equal(await status(guarded, { origin, authorization }), 403, origin)
    }
    assert.equal(await status(open, { origin: own }), 101)
    assert.equal(await status(open, {}), 101)
  })

  it('gets no socket of events without a token, and none for one in the address or a cookie', async () => {
    const status = async (query: string, headers: Record<string, string>): Promise<number> => {
      const answer = await askUpgrade(guarded.apiUrl, `/events${query}`, headers)
      answer.socket?.destroy()
      return answer.status
    }
    assert.equal(await status('', {}), 401)
    assert.equal(await status('', { origin: `http://127.0.0.1:${guarded.apiPort}` }), 401)
    assert.equal(await status('', { cookie: `token=${token}` }), 401)
    assert.equal(await status(`?token=${token}`, {}), 401)
    assert.equal(await status(`?access_token=${token}`, {}), 401)
    assert.equal(await status('', { authorization: `Bearer ${token}` }), 101)
  })

  it('changes and reads nothing when it comes from a page of another site', async () => {
    for (const origin of ['http://evil.example', 'null', 'http://127.0.0.1:1', 'https://127.0.0.1:444', 'file://']) {
      await refused(open, [here, `Origin: ${origin}`], 403)
      await refused(guarded, [here, `Origin: ${origin}`, bearer()], 403)
    }
  })

  it('changes nothing by what a form of another site can send, as its browser says no Origin', async () => {
    const types = [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/json\ta',
      'application/json, text/plain',
      'application/json; charset=utf-16',
      'application/octet-stream',
    ]
    const bodies = requests.filter(({ body }) => body !== undefined)
    const before = await state(open)
    for (const type of [...types.map((each) => [`Content-Type: ${each}`]), []]) {
      for (const { line, body = '' } of bodies) {
        const { status } = await ask(open, { line: `${line} HTTP/1.1`, headers: [here, ...type], body })
        assert.equal(status, 415, `${line} as ${type.join('')}`)
      }
    }
    // A line that goes on, as parsers of old took it: this is no HTTP any more.
    const folded = { line: `PATCH ${swarm} HTTP/1.1`, headers: [here, 'Content-Type:', ' application/json'] }
    assert.equal((await ask(open, { ...folded, body: '{"state":"stopped"}' })).status, 400)
    assert.deepEqual(await state(open), before)
  })

  it('changes nothing by a GET, whatever it says the method is', async () => {
    const before = await state(open)
    for (const { line, body } of requests) {
      const target = line.split(' ')[1] ?? ''
      const headers = [here, 'X-HTTP-Method-Override: DELETE', 'X-Method-Override: DELETE', 'X-HTTP-Method: DELETE']
      const mark = target.includes('?') ? '&' : '?'
      for (const asked of [target, `${target}${mark}_method=DELETE`]) {
        const { status } = await ask(open, { line: `GET ${asked} HTTP/1.1`, headers, ...(body && { body }) })
        assert.ok(status < 500, `GET ${asked}: ${status}`)
      }
    }
    assert.deepEqual(await state(open), before)
  })

  it('gets nothing without a token, for a cookie, or for one in the address', async () => {
    const before = await state(guarded)
    const secret = requests.filter(({ line }) => !/ (?:\/|\/openapi\.json|\/%zz)$|^OPTIONS/.test(line))
    const tries = [[], [`Cookie: token=${token}`], ['Authorization: Basic c3dhcm1kOng='], [`X-Api-Key: ${token}`]]
    for (const { line, type, body } of secret) {
      for (const headers of tries) {
        const kind = type === undefined ? [] : [`Content-Type: ${type}`]
        const said = { headers: [here, ...headers, ...kind], ...(body === undefined ? {} : { body }) }
        const mark = line.includes('?') ? '&' : '?'
        for (const asked of [line, `${line}${mark}token=${token}`, `${line}${mark}access_token=${token}`]) {
          const { status } = await ask(guarded, { line: `${asked} HTTP/1.1`, ...said })
          assert.equal(status, 401, `${asked} with ${headers.join()}`)
        }
      }
    }
    assert.deepEqual(await state(guarded), before)
  })

  it('finds a token that only the owner of the files may read, and whose text is kept nowhere else', () => {
    const file = path.join(roots.guarded, '.swarmd', 'token')
    assert.equal(statSync(file).mode & 0o777, 0o600)
    assert.match(token, /^swarmd_[\w-]{43}$/)
    const said = [...guarded.errors, ...guarded.output].join('\n')
    assert.ok(said.includes(file), 'where it is, is told')
    assert.ok(!said.includes(token.slice(7)), 'what it is, is not')
  })

  it('waits after ten wrong tokens, at any speed, and nobody else does', async () => {
    const guess = async (text: string, from: string): Promise<RawAnswer> =>
      ask(guarded, { line: 'GET /swarms HTTP/1.1', headers: [here, bearer(text)], from })
    // At once, and when the service looks into its file again: each is on its way before the first is found to be wrong.
    const quiet = performance.now()
    await waitUntil('the tokens to be stale', () => performance.now() - quiet > 1_200)
    const guesses = Array.from({ length: 200 }, (_, nth) =>
      guess(`swarmd_${String(nth).padStart(43, 'A')}`, '127.0.0.66'),
    )
    const statuses = (await Promise.all(guesses)).map(({ status }) => status)
    const counts = [401, 429].map((status) => statuses.filter((each) => each === status).length)
    assert.deepEqual(counts, [10, 190])
    const right = await guess(token, '127.0.0.66')
    assert.equal(right.status, 429)
    assert.match(right.headers.get('retry-after') ?? '', /^([1-9]|[1-5]\d|60)$/)
    const upgrade = await ask(guarded, {
      line: 'GET /events HTTP/1.1',
      headers: [here, 'Upgrade: websocket', 'Connection: Upgrade', `Sec-WebSocket-Protocol: swarmd.token.${token}`],
      from: '127.0.0.66',
    })
    assert.equal(upgrade.status, 429)
    assert.equal((await guess(token, '127.0.0.67')).status, 200)
    assert.equal((await guess(token, '127.0.0.1')).status, 200)
  })
})

interface Items {
  readonly items: readonly unknown[]
}
