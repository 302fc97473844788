import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  decodePeerExchange,
  encodePeerExchange,
  PEX_MOST,
  type PexPeer,
} from '../../../src/protocol/extensions/peer-exchange.ts'

const NONE = { encryption: false, seed: false, reachable: false }
const at = (host: string, port = 5000): { host: string; port: number } => ({ host, port })
const peer = (host: string, flags: Partial<PexPeer> = {}): PexPeer => ({ address: at(host), ...NONE, ...flags })
const bytes = (text: string): Buffer => Buffer.from(text, 'latin1')

describe('a message of peer exchange', () => {
  it('is written to the letter of BEP 11', () => {
    const encoded = encodePeerExchange({
      added: [peer('10.0.0.1', { seed: true, reachable: true }), peer('fd00::1', { encryption: true })],
      dropped: [at('10.0.0.2')],
    })
    assert.deepEqual(
      encoded,
      bytes(
        'd5:added6:\x0a\0\0\x01\x13\x88' +
          '7:added.f1:\x12' +
          '6:added618:\xfd\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x13\x88' +
          '8:added6.f1:\x01' +
          '7:dropped6:\x0a\0\0\x02\x13\x88' +
          '8:dropped60:e',
      ),
    )
  })

  it('comes back as it went', () => {
    const message = {
      added: [peer('10.0.0.1', { seed: true }), peer('10.0.0.2'), peer('2001:db8::1', { reachable: true })],
      dropped: [at('10.0.0.3', 1), at('2001:db8::2', 65535)],
    }
    assert.deepEqual(decodePeerExchange(encodePeerExchange(message)), message)
  })

  it('may leave out anything, flags too', () => {
    assert.deepEqual(decodePeerExchange(bytes('de')), { added: [], dropped: [] })
    assert.deepEqual(decodePeerExchange(bytes('d5:added6:\x0a\0\0\x01\x13\x88e')).added, [peer('10.0.0.1')])
  })

  it('keeps each flag beside its peer when one before it has no port', () => {
    const { added } = decodePeerExchange(bytes('d5:added12:\x0a\0\0\x01\0\0\x0a\0\0\x02\x13\x887:added.f2:\x10\x02e'))
    assert.deepEqual(added, [peer('10.0.0.2', { seed: true })])
  })

  it('of 10,000 peers gives the first 50, and as many that are gone', () => {
    const many = Array.from({ length: 10_000 }, (_, n) => peer(`10.1.${n >> 8}.${n & 255}`))
    const payload = encodePeerExchange({ added: many, dropped: many.map(({ address }) => address) })
    const { added, dropped } = decodePeerExchange(payload)
    assert.deepEqual(added, many.slice(0, PEX_MOST))
    assert.equal(dropped.length, PEX_MOST)
  })

  for (const [what, text, code] of [
    ['is no bencode', 'hello', /^bencode-/],
    ['is no dictionary', 'le', /^invalid-pex$/],
    ['has half a peer', 'd5:added5:\x0a\0\0\x01\x13e', /^invalid-pex$/],
    ['has half an IPv6 peer', 'd6:added66:\x0a\0\0\x01\x13\x88e', /^invalid-pex$/],
    ['has half a dropped peer', 'd7:dropped7:abcdefge', /^invalid-pex$/],
    ['has a number for peers', 'd5:addedi5ee', /^invalid-pex$/],
  ] as const) {
    it(`is refused when it ${what}`, () => {
      assert.throws(() => decodePeerExchange(bytes(text)), { name: 'ProtocolError', code })
    })
  }
})
