import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { MemberView, NetworkView } from '../../src/service/index.ts'
import { fakeNetwork } from '../support/fake-members.ts'
import { controlApp } from './control-app.ts'

describe('GET /network', () => {
  it('shows this member as the service does', async (t) => {
    const { app } = await controlApp(t)
    const answer = await app.inject('/network')
    assert.equal(answer.statusCode, 200)
    assert.deepEqual(answer.json<NetworkView>(), fakeNetwork)
  })
})

describe('GET /network/members', () => {
  it('lists all machines, page by page', async (t) => {
    const { app } = await controlApp(t)
    const first = (await app.inject('/network/members?limit=2')).json<{ items: MemberView[]; nextCursor: string }>()
    assert.equal(first.items.length, 2)
    const [member] = first.items
    assert.equal(member?.isSelf, true)
    assert.equal(member.swarms[0]?.isStuck, true)
    const second = await app.inject(`/network/members?limit=2&cursor=${first.nextCursor}`)
    assert.deepEqual(
      second.json<{ items: MemberView[] }>().items.map(({ state }) => state),
      ['gone'],
    )
  })

  it('lists those in one state, when asked', async (t) => {
    const { app } = await controlApp(t)
    const gone = (await app.inject('/network/members?state=gone')).json<{ items: MemberView[] }>()
    assert.deepEqual(
      gone.items.map(({ state }) => state),
      ['gone'],
    )
    assert.equal((await app.inject('/network/members?state=dead')).statusCode, 400)
  })
})
