import assert from 'node:assert/strict'
import { it } from 'node:test'
import * as fc from 'fast-check'
import { infoHashFromHex } from '../../src/protocol/ids.ts'
import { decodeLsdAnnounce, encodeLsdAnnounces, LSD_MAX_BYTES } from '../../src/protocol/lsd/lsd-announce.ts'
import { readsAnyBytes } from '../support/any-bytes.ts'
import { cpuMs } from '../support/cpu-time.ts'

const SEED = 14
const HASH = '0123456789abcdef0123456789abcdef01234567'
const GOOD = Buffer.from(
  `BT-SEARCH * HTTP/1.1\r\nHost: 239.192.152.143:6771\r\nPort: 5000\r\nInfohash: ${HASH}\r\ncookie: 1a2b\r\n\r\n\r\n`,
)

/** What comes out is within its limits. */
function check(datagram: Uint8Array): void {
  const { port, infoHashes, cookie } = decodeLsdAnnounce(datagram)
  assert.ok(Number.isInteger(port) && port >= 1 && port <= 65535)
  assert.ok(infoHashes.length >= 1 && infoHashes.length <= 30)
  for (const infoHash of infoHashes) assert.equal(infoHashFromHex(infoHash), infoHash)
  assert.ok(cookie.length <= 32)
}

it('any bytes are a local announce within its limits, or a ProtocolError; good ones with some replaced, too', () => {
  readsAnyBytes(check, GOOD, SEED)
})

it('what is encoded is decoded, in datagrams of bounded length', () => {
  const infoHash = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString('hex'))
  const announce = fc.record({
    port: fc.integer({ min: 1, max: 65535 }),
    infoHashes: fc
      .uniqueArray(infoHash, { minLength: 1, maxLength: 80 })
      .map((texts) => texts.flatMap((text) => infoHashFromHex(text) ?? [])),
    cookie: fc.stringMatching(/^[0-9a-f]{0,8}$/),
  })
  fc.assert(
    fc.property(announce, fc.constantFrom('ipv4' as const, 'ipv6' as const), (original, family) => {
      const datagrams = encodeLsdAnnounces(original, family)
      const read = datagrams.map((datagram) => decodeLsdAnnounce(datagram))
      assert.ok(datagrams.every(({ length }) => length < LSD_MAX_BYTES))
      assert.ok(read.every(({ port, cookie }) => port === original.port && cookie === original.cookie))
      assert.deepEqual(
        read.flatMap(({ infoHashes }) => infoHashes),
        original.infoHashes,
      )
    }),
    { numRuns: 300, seed: SEED },
  )
})

it('no datagram of 1,500 bytes takes long to read', () => {
  const head = 'BT-SEARCH * HTTP/1.1\r\n'
  const worst = [`Port: ${' '.repeat(1400)}x`, ' '.repeat(1470), '\r\n'.repeat(700), `${'a'.repeat(32)}: `.repeat(40)]
  const spent = cpuMs(() => {
    for (const text of worst)
      for (let round = 0; round < 50; round++)
        assert.throws(() => decodeLsdAnnounce(Buffer.from(head + text)), { name: 'ProtocolError' })
  })
  assert.ok(spent < 5000, `${spent} ms`)
})
