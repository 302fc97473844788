import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { ContentTickets, TICKET_SECONDS } from '../../src/control/content-tickets.ts'
import { fakeHash, FakeService } from '../support/fake-service.ts'
import { controlApp } from './control-app.ts'

const file = (number: number, index = 0) => `/swarms/${fakeHash(number)}/files/${index}`

async function guarded(t: TestContext, required = true) {
  const good = new Set(['read', 'metrics'])
  const check = async (token: string) => (good.has(token) ? (token as 'read' | 'metrics') : null)
  const { app } = await controlApp(t, new FakeService(1, 2), { access: { tokens: { check }, required } })
  const ask = (url: string, headers: Record<string, string> = {}, method: 'GET' | 'POST' | 'HEAD' = 'GET') =>
    app.inject({ method, url, headers })
  const ticket = async (of: string, headers: Record<string, string> = { authorization: 'Bearer read' }) => {
    const answer = await ask(`${of}/content-tickets`, headers, 'POST')
    assert.equal(answer.statusCode, 201, answer.body)
    return String(answer.headers['set-cookie'])
  }
  const cookieOf = async (of: string) => (await ticket(of)).split(';')[0] ?? ''
  return { ask, ticket, cookieOf, good }
}

test('a ticket opens the content of its file, as a whole and in parts, and nothing else', async (t) => {
  const { ask, cookieOf } = await guarded(t)
  const cookie = await cookieOf(file(1))
  const headers = { cookie: `theme=dark; ${cookie}; x=y` }
  assert.equal((await ask(`${file(1)}/content`)).statusCode, 401)
  assert.equal((await ask(`${file(1)}/content`, headers)).body, '0123456789')
  assert.equal((await ask(`${file(1)}/content`, { ...headers, range: 'bytes=2-3' })).body, '23')
  assert.equal((await ask(`${file(1)}/content`, headers, 'HEAD')).statusCode, 200)
  for (const [url, method] of [
    [`${file(1, 1)}/content`, 'GET'],
    [`${file(2)}/content`, 'GET'],
    [`${file(1)}/content-tickets`, 'POST'],
    [`/swarms/${fakeHash(1)}/files`, 'GET'],
    ['/swarms', 'GET'],
    ['/metrics', 'GET'],
    [`/swarms/${fakeHash(1)}/recheck`, 'POST'],
  ] as const)
    assert.equal((await ask(url, headers, method)).statusCode, 401, `${method} ${url}`)
  // Neither as a token nor in the address.
  const text = cookie.split('=')[1] ?? ''
  assert.equal((await ask(`${file(1)}/content`, { authorization: `Bearer ${text}` })).statusCode, 401)
  assert.equal((await ask(`${file(1)}/content?ticket=${text}`)).statusCode, 401)
})

test('its cookie is hidden from scripts, of no other site, and of no path but that of the file', async (t) => {
  const { ticket } = await guarded(t)
  assert.match(await ticket(file(1)), /^swarmd-ticket=[\w-]{43}; Max-Age=3600; HttpOnly; SameSite=Strict$/)
  const secure = { authorization: 'Bearer read', host: 'localhost', origin: 'https://localhost' }
  assert.match(await ticket(file(1), secure), /; SameSite=Strict; Secure$/)
})

test('it is asked for like the file itself', async (t) => {
  const { ask } = await guarded(t)
  const asked = async (url: string, headers: Record<string, string>) =>
    (await ask(`${url}/content-tickets`, headers, 'POST')).statusCode
  const authorization = 'Bearer read'
  assert.deepEqual(
    [
      await asked(file(1), {}),
      await asked(file(1), { authorization: 'Bearer metrics' }),
      await asked(file(1), { authorization, origin: 'http://evil.example' }),
      await asked(file(9), { authorization }),
      await asked(file(1, 12), { authorization }),
    ],
    [401, 403, 403, 404, 404],
  )
})

test('a page of another site gets nothing with it', async (t) => {
  const { ask, cookieOf } = await guarded(t)
  const cookie = await cookieOf(file(1))
  assert.equal((await ask(`${file(1)}/content`, { cookie, origin: 'http://evil.example' })).statusCode, 403)
  assert.equal((await ask(`${file(1)}/content`, { cookie, host: 'rebound.example' })).statusCode, 421)
  const { headers } = await ask(`${file(1)}/content`, { cookie })
  assert.equal(headers['cross-origin-resource-policy'], 'same-origin')
})

test('who brings a token is judged by it, whatever ticket lies beside', async (t) => {
  const { ask, cookieOf } = await guarded(t)
  const cookie = await cookieOf(file(1))
  for (const authorization of ['Basic eDp5', 'Bearer guess'])
    assert.equal((await ask(`${file(1)}/content`, { cookie, authorization })).statusCode, 401, authorization)
})

test('it ends with its token, and that locks nobody out', async (t) => {
  const { ask, cookieOf, good } = await guarded(t)
  const cookie = await cookieOf(file(1))
  good.delete('read')
  for (let times = 0; times < 20; times++) assert.equal((await ask(`${file(1)}/content`, { cookie })).statusCode, 401)
  good.add('read')
  assert.equal((await ask(`${file(1)}/content`, { authorization: 'Bearer read' })).statusCode, 200)
})

test('where nobody needs a token, an old ticket hinders nobody', async (t) => {
  const { ask, ticket } = await guarded(t, false)
  const cookie = (await ticket(file(1), {})).split(';')[0] ?? ''
  for (const brought of [cookie, `swarmd-ticket=${'x'.repeat(43)}`, 'swarmd-ticket='])
    assert.equal((await ask(`${file(1)}/content`, { cookie: brought })).statusCode, 200)
})

test('a ticket is good for an hour, and no more than 1,000 are kept', () => {
  const tickets = new ContentTickets()
  const of = { infoHash: fakeHash(1), index: '0' }
  const cookie = (text: string) => `swarmd-ticket=${text}`
  const first = tickets.issue(of, 'secret', 0)
  const end = TICKET_SECONDS * 1000
  assert.equal(tickets.tokenFor(of, cookie(first), end - 1), 'secret')
  assert.equal(tickets.tokenFor(of, cookie(first), end), null)
  assert.equal(tickets.tokenFor({ ...of, index: '1' }, cookie(first), 0), null)
  assert.equal(tickets.tokenFor(of, cookie(`${first}x`), 0), null)
  assert.equal(tickets.tokenFor(of, undefined, 0), null)
  const many = Array.from({ length: 1_200 }, () => tickets.issue(of, 'secret', end + 1))
  assert.equal(tickets.size, 1_000)
  assert.equal(tickets.tokenFor(of, cookie(many[199] ?? ''), end + 1), null)
  assert.equal(tickets.tokenFor(of, cookie(many[200] ?? ''), end + 1), 'secret')
  tickets.issue(of, 'secret', 3 * end)
  assert.equal(tickets.size, 1)
})
