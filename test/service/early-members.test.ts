import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it, test } from 'node:test'
import { ClientPorts, DialGate, PeerListener, dialPeer, resolveHost, type PeerConnection } from '../../src/io/index.ts'
import { memberIdFromBytes, peerIdFromBytes } from '../../src/protocol/index.ts'
import { Network } from '../../src/service/network/network.ts'
import { waitUntil } from '../support/wait-until.ts'

const clientPorts = new ClientPorts(null)

/** A member of which nothing is open yet, and a port at which it is called. */
async function member(): Promise<{
  readonly network: Network
  readonly port: number
  readonly logged: string[]
  close: () => Promise<void>
}> {
  let port = 0
  const logged: string[] = []
  const network: Network = new Network({
    memberId: memberIdFromBytes(randomBytes(16)),
    peerId: peerIdFromBytes(randomBytes(20)),
    host: '127.0.0.1',
    peerPort: () => port,
    apiPort: 0,
    seeds: [],
    clientPorts,
    dialGate: new DialGate(),
    random: Math.random,
    onChanged: () => {},
    onClash: () => {},
    onBug: (error) => {
      throw error
    },
    log: (event) => logged.push(event),
  })
  const listener = new PeerListener({
    port: 0,
    host: '127.0.0.1',
    maxConnections: 10,
    answer: () => network.handshake,
    onPeer: (connection: PeerConnection) => network.adopt(connection),
    onHttp: (_request, response) => void response.end(),
  })
  port = await listener.listen()
  return {
    network,
    port,
    logged,
    close: () => {
      network.leave()
      return listener.close()
    },
  }
}

describe('a member that is called while its service starts', { timeout: 60_000 }, () => {
  it('is known to the caller, and knows it, once it is open', async () => {
    const [early, caller] = [await member(), await member()]
    caller.network.open([])
    const address = { host: '127.0.0.1', port: early.port }
    caller.network.adopt(await dialPeer({ address, ours: caller.network.handshake, clientPorts }))
    await waitUntil('the caller to have a link', () => caller.network.membership.linked === 1, { intervalMs: 5 })
    assert.equal(caller.network.membership.alive, 1)
    early.network.open([])
    for (const { network } of [early, caller])
      await waitUntil('both to be known', () => network.membership.alive === 2, { intervalMs: 5 })
    for (const { close } of [early, caller]) await close()
  })
})

test('a member to begin with that is not to be one any more is not asked for again', { timeout: 60_000 }, async () => {
  const { network, logged, close } = await member()
  network.open([])
  // No name server need be asked for such a name.
  const unknown = { host: 'a'.repeat(300), port: 5000 }
  network.seed([unknown])
  network.seed([])
  assert.deepEqual(await resolveHost(unknown.host), [])
  assert.equal(logged.length, 0)
  network.seed([unknown])
  await waitUntil('the name to be asked for', () => logged.includes('member.unresolved'), { intervalMs: 5 })
  await close()
})
