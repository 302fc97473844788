import assert from 'node:assert/strict'
import { it } from 'node:test'
import * as fc from 'fast-check'
import {
  decodePeerExchange,
  encodePeerExchange,
  PEX_MOST,
  type PexPeer,
} from '../../src/protocol/extensions/peer-exchange.ts'
import { canonicalIp, ipText } from '../../src/protocol/ip-address.ts'
import { readsAnyBytes } from '../support/any-bytes.ts'

const SEED = 11
const GOOD = Buffer.from(
  'd5:added12:abcdefghijkl7:added.f2:\x02\x106:added618:abcdefghijklmnopqr8:added6.f1:\x017:dropped6:abcdef8:dropped60:e',
  'latin1',
)

/** What comes out is within its limits. */
function check(payload: Uint8Array): void {
  const { added, dropped } = decodePeerExchange(payload)
  assert.ok(added.length <= PEX_MOST && dropped.length <= PEX_MOST)
  for (const { host, port } of [...added.map(({ address }) => address), ...dropped]) {
    assert.ok(port >= 1 && port <= 65535)
    assert.equal(canonicalIp(host), host)
  }
}

it('any bytes are a message of peer exchange within its limits, or a ProtocolError; good ones with some replaced, too', () => {
  readsAnyBytes(check, GOOD, SEED)
})

const PLAIN = { noNullPrototype: true }

it('what is encoded is decoded', () => {
  const ip = (length: number): fc.Arbitrary<string> =>
    fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => ipText(bytes))
  const address = (length: number) => fc.record({ host: ip(length), port: fc.integer({ min: 1, max: 65535 }) }, PLAIN)
  const peer = (length: number): fc.Arbitrary<PexPeer> =>
    fc.record(
      { address: address(length), encryption: fc.boolean(), seed: fc.boolean(), reachable: fc.boolean() },
      PLAIN,
    )
  const few = { maxLength: 25 }
  const message = fc
    .tuple(fc.array(peer(4), few), fc.array(peer(16), few), fc.array(address(4), few), fc.array(address(16), few))
    .map(([four, six, gone, gone6]) => ({ added: [...four, ...six], dropped: [...gone, ...gone6] }))
  fc.assert(
    fc.property(message, (original) => {
      assert.deepEqual(decodePeerExchange(encodePeerExchange(original)), original)
    }),
    { numRuns: 300, seed: SEED },
  )
})
