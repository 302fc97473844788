import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ID, type FakePeer } from '../support/fake-peer.ts'
import { Victim } from './victim.ts'

const extensionHandshake = (peer: FakePeer, bencoded: string | Buffer): void => {
  peer.frame(ID.extended, Buffer.concat([Buffer.from([0]), Buffer.from(bencoded)]))
}

describe('an extension handshake', { timeout: 120_000 }, () => {
  it('ends the connection when it is a bencode bomb or no bencode at all', async () => {
    await using victim = await Victim.start('leech')
    const bombs: readonly (readonly [text: string, reason: RegExp])[] = [
      ['l'.repeat(200_000), /^bencode-/],
      ['d1:a'.repeat(60_000), /^bencode-/],
      [`d1:m${'l'.repeat(100)}${'e'.repeat(100)}e`, /^bencode-/],
      [`d1:ml${'i0e'.repeat(5000)}ee`, /^bencode-/],
      ['l-3:e', /^bencode-/],
      ['d1:v99999999999999999999:e', /^bencode-/],
      ['d1:v4294967295:xe', /^bencode-/],
      ['d1:pi-0ee', /^bencode-/],
      ['d1:pi99999999999999999999999ee', /^bencode-/],
      ['d1:pi1e1:pi2ee', /^bencode-/],
      ['i5e', /^invalid-extension-handshake$/],
      ['le', /^invalid-extension-handshake$/],
      ['garbage', /^bencode-/],
    ]
    for (const [text, reason] of bombs) {
      const peer = await victim.meet()
      extensionHandshake(peer, text)
      assert.match(String(await victim.reason(peer)), reason, text.slice(0, 30))
    }
    victim.hasNoBug()
  })

  it('is read at once when it is a bomb', async () => {
    await using victim = await Victim.start('leech')
    const peer = await victim.meet()
    extensionHandshake(peer, 'l'.repeat(250_000))
    assert.match(String(await victim.reason(peer)), /^bencode-depth-exceeded$/)
  })

  it('does no harm with numbers that are negative, huge, or no numbers', async () => {
    await using victim = await Victim.start('seeder')
    for (const value of ['i-1e', 'i0e', 'i4294967296e', 'i9007199254740993e', 'i9223372036854775807e', '2:no', 'le']) {
      const peer = await victim.meet()
      extensionHandshake(
        peer,
        `d1:md11:ut_metadata${value}6:ut_pex${value}e13:metadata_size${value}1:p${value}4:reqq${value}e`,
      )
      peer.frame(ID.interested)
      await peer.receives(ID.unchoke)
      peer.request(0, 0)
      await peer.receives(ID.piece)
      peer.close()
      await victim.reason(peer)
    }
    victim.hasNoBug()
  })

  it('can not make the peer view carry control characters or much text', async () => {
    await using victim = await Victim.start('seeder')
    const peer = await victim.meet()
    const name = `\u001b[31m<script>\u0000${'x'.repeat(5000)}`
    extensionHandshake(peer, `d1:v${Buffer.byteLength(name)}:${name}e`)
    peer.frame(ID.interested)
    await peer.receives(ID.unchoke)
    const [view] = victim.running.service.peers(victim.infoHash)
    assert.ok(view)
    assert.doesNotMatch(view.client, /\p{Cc}/u)
    assert.ok(view.client.length <= 200, `${view.client.length} characters`)
  })

  it('makes no candidates without number: a port said again and again counts once', async () => {
    await using victim = await Victim.start('leech')
    const peer = await victim.meet()
    for (let port = 1; port <= 2000; port++) extensionHandshake(peer, `d1:mde1:pi${port}ee`)
    peer.bitfield(victim.torrent.metainfo.pieceCount)
    await peer.receives(ID.interested)
    assert.equal(victim.running.service.swarm(victim.infoHash).peers.known, 1)
    victim.hasNoBug()
  })
})
