import assert from 'node:assert/strict'
import { it } from 'node:test'
import * as fc from 'fast-check'
import { infoHashFromBytes } from '../../src/protocol/ids.ts'
import { canonicalIp, ipText } from '../../src/protocol/ip-address.ts'
import { formatMagnet, MAGNET_LIMITS, parseMagnet, type MagnetLink } from '../../src/protocol/magnet/index.ts'
import { ProtocolError } from '../../src/protocol/protocol-error.ts'

const SEED = 9
const GOOD =
  'magnet:?xt=urn:btih:c12fe1c06bba254a9dc9f519b335aa7c1367a88a&dn=a%20b&tr=http%3A%2F%2F10.0.0.1%2Fannounce&x.pe=10.0.0.1:5000&x.pe=[fd00::1]:5000'

/** Nothing but a ProtocolError that says what to do may be thrown, and what comes out is within its limits. */
function check(text: string): void {
  let link: MagnetLink
  try {
    link = parseMagnet(text)
  } catch (error) {
    if (!(error instanceof ProtocolError) || !error.code.startsWith('magnet-')) throw error
    return
  }
  assert.match(link.infoHash, /^[0-9a-f]{40}$/)
  assert.ok(Array.from(link.name).length <= MAGNET_LIMITS.nameLength)
  assert.doesNotMatch(link.name, /\p{Cc}/u)
  assert.ok(link.trackers.length <= MAGNET_LIMITS.trackers && link.peers.length <= MAGNET_LIMITS.peers)
  for (const { host, port } of link.peers) {
    assert.ok(port >= 1 && port <= 65535)
    assert.ok(canonicalIp(host) === host || /^[a-z0-9._-]+$/.test(host), host)
  }
  assert.deepEqual(parseMagnet(formatMagnet(link)), link)
}

it('any text is a magnet link within its limits, or a ProtocolError', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), check), { numRuns: 1000, seed: SEED })
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (rest) =>
      check(`magnet:?xt=urn:btih:${'a'.repeat(40)}&${rest}`),
    ),
    { numRuns: 2000, seed: SEED },
  )
})

it('so is one of the words that links are made of, in any order', () => {
  const words = [
    'magnet:?',
    '&',
    '=',
    'xt',
    'urn:btih:',
    'urn:btmh:',
    'a'.repeat(40),
    'b'.repeat(32),
    'dn',
    'tr',
    'x.pe',
  ]
  const more = ['%', '%41', '%ff', '+', '.1', '[', ']', '::', '1.2.3.4', ':5000', 'name', '\u202e', '\ud800', '\0']
  const text = fc.array(fc.constantFrom(...words, ...more), { maxLength: 40 }).map((list) => list.join(''))
  fc.assert(
    fc.property(text, (rest) => {
      check(rest)
      check(`magnet:?xt=urn:btih:${'a'.repeat(40)}&${rest}`)
    }),
    { numRuns: 3000, seed: SEED },
  )
})

it('so is a good one with some characters replaced', () => {
  const changes = fc.array(fc.tuple(fc.nat({ max: GOOD.length - 1 }), fc.string({ unit: 'binary', maxLength: 1 })), {
    maxLength: 4,
  })
  const mutated = changes.map((list) => {
    const characters = Array.from(GOOD)
    for (const [at, character] of list) characters[at] = character
    return characters.join('')
  })
  fc.assert(fc.property(mutated, check), { numRuns: 3000, seed: SEED })
})

it('what is written is read', () => {
  const hash = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => infoHashFromBytes(bytes))
  const ip = (length: number): fc.Arbitrary<string> =>
    fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => ipText(bytes))
  const port = fc.integer({ min: 1, max: 65535 })
  const link = fc.record(
    {
      infoHash: hash,
      name: fc.string({ maxLength: 50 }).map((text) => text.trim()),
      trackers: fc.uniqueArray(fc.webUrl({ withQueryParameters: true }), { maxLength: 5 }),
      peers: fc.uniqueArray(fc.record({ host: fc.oneof(ip(4), ip(16)), port }, { noNullPrototype: true }), {
        maxLength: 5,
        selector: ({ host, port: number }) => `${host} ${number}`,
      }),
    },
    { noNullPrototype: true },
  )
  fc.assert(
    fc.property(link, (original) => {
      const text = formatMagnet(original)
      assert.match(text, /^[\x21-\x7e]+$/)
      assert.deepEqual(parseMagnet(text), original)
    }),
    { numRuns: 500, seed: SEED },
  )
})
