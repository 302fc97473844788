import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { describe, it } from 'node:test'
import { NETWORK_HASH } from '../../src/service/network/network.ts'
import {
  MAX_INCARNATION,
  encodeExtensionHandshake,
  encodeMembersMessage,
  memberIdFromBytes,
  memberIdFromText,
  type MembersMessage,
} from '../../src/protocol/index.ts'
import { FakePeer, ID } from '../support/fake-peer.ts'
import { TestService } from '../support/running-service.ts'
import { waitUntil } from '../support/wait-until.ts'

/** The id by which we want to be told of members: any that is not 0. */
const OUR_ID = 7
/** The service's own. */
const THEIR_ID = 1

/** Answers the first handshake for the network, and never says a word more. */
async function silentMember(): Promise<{ readonly port: number; readonly sockets: Socket[]; close: () => void }> {
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => {})
    socket.once('data', (theirs: Buffer) => socket.write(Buffer.concat([theirs.subarray(0, 48), Buffer.alloc(20, 1)])))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, sockets, close: () => void server.close() }
}

/** A member in name: it speaks the extension, and says what we want. */
async function liar(
  running: TestService,
  number: number,
): Promise<{ peer: FakePeer; say: (message: MembersMessage) => void }> {
  const peer = await FakePeer.shakeHands({ port: running.port, infoHash: NETWORK_HASH })
  const extended = (id: number, payload: Uint8Array): void =>
    peer.frame(ID.extended, Buffer.concat([Buffer.of(id), payload]))
  extended(0, encodeExtensionHandshake({ m: new Map([['sw_members', OUR_ID]]) }))
  const say = (message: MembersMessage): void => extended(THEIR_ID, encodeMembersMessage(message))
  say({ sender: memberIdFromBytes(Buffer.alloc(16, number)) })
  return { peer, say }
}

describe('a hostile member', { timeout: 120_000 }, () => {
  it('that is silent once it is connected keeps neither a socket nor its place in the row of those to be called', async () => {
    const silent = await silentMember()
    await using honest = await TestService.start()
    const at = (port: number): { host: string; port: number } => ({ host: '127.0.0.1', port })
    await using victim = await TestService.start({ peers: [at(silent.port), at(honest.port)] })
    using caller = await FakePeer.shakeHands({ port: victim.port, infoHash: NETWORK_HASH })
    const closed = (peer: string): Promise<unknown> =>
      victim.logged('member.closed', (fields) => fields['peer'] === peer && fields['reason'] === 'handshake-timeout')
    await Promise.all([closed(caller.address), closed(`127.0.0.1:${silent.port}`)])
    await caller.ended()
    await waitUntil('the honest member to be known', () => victim.service.network().members.alive === 2)
    assert.deepEqual(victim.events('bug'), [])
    for (const socket of silent.sockets) socket.destroy()
    silent.close()
  })

  it('that says of a member what no word of its own could outweigh does not hide it', async () => {
    await using victim = await TestService.start()
    await using witness = await TestService.start({ peers: [{ host: '127.0.0.1', port: victim.port }] })
    const names = (): string[] =>
      witness.service
        .members()
        .filter(({ state }) => state === 'alive')
        .map(({ memberId }) => memberId)
    const isSeen = (): boolean => names().includes(victim.service.identity().memberId)
    await waitUntil('the victim to be seen', isSeen)
    for (const [number, incarnation] of [MAX_INCARNATION, MAX_INCARNATION - 1, MAX_INCARNATION].entries()) {
      const before = memberIdFromText(victim.service.identity().memberId)
      assert.ok(before)
      const { peer, say } = await liar(witness, number + 1)
      const body = Buffer.from('d1:i20:-XX0000-somebody-els1:pi5000ee')
      say({
        contents: number === 2 ? [{ id: before, incarnation, body }] : [],
        verdicts: [{ id: before, incarnation, kind: 'left' }],
      })
      await waitUntil('the victim to take another id', () => victim.service.identity().memberId !== before)
      await waitUntil('the victim to be seen again', isSeen)
      peer.close()
    }
    assert.equal(victim.events('member.renamed').length, 3)
    assert.deepEqual([...victim.events('bug'), ...witness.events('bug')], [])
  })
})
