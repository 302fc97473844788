import assert from 'node:assert/strict'
import { it } from 'node:test'
import * as fc from 'fast-check'
import {
  addressKey,
  canonicalIp,
  decodeManifest,
  decodeNameChoice,
  encodeManifest,
  encodeNameChoice,
  formatManifestTarget,
  infoHashFromHex,
  MANIFEST_LIMITS,
  parseManifestTarget,
  ProtocolError,
  sanitisePathElement,
  type Manifest,
} from '../../src/protocol/index.ts'
import { readsAnyBytes } from '../support/any-bytes.ts'
import { cpuMs } from '../support/cpu-time.ts'

const SEED = 5000
const plain = { noNullPrototype: true }

const hash = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString('hex'))
const infoHash = hash.map((hex) => infoHashFromHex(hex)!)
const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 }).map((text) => sanitisePathElement(text))
const host = fc.oneof(fc.ipV4(), fc.ipV6()).map((text) => canonicalIp(text) ?? '10.0.0.1')
const holders = fc.uniqueArray(fc.record({ host, port: fc.integer({ min: 1, max: 65535 }) }, plain), {
  maxLength: MANIFEST_LIMITS.holders,
  selector: addressKey,
})

const manifests: fc.Arbitrary<Manifest> = fc
  .record({
    name,
    infoHash,
    isPrivate: fc.boolean(),
    pieceLength: fc.integer({ min: 1, max: 2 ** 26 }),
    pieceCount: fc.integer({ min: 1, max: 2 ** 20 }),
    from: fc.nat({ max: 2 ** 20 }),
    rest: fc.nat(),
    run: fc.array(fc.record({ sha1: hash, holders }), { minLength: 1, maxLength: 5 }),
  })
  .map(({ pieceLength, pieceCount, from, rest, run, ...about }) => {
    const length = (pieceCount - 1) * pieceLength + 1 + (rest % pieceLength)
    const first = 1 + (from % pieceCount)
    const pieces = run.slice(0, pieceCount - first + 1).map((piece, at) => {
      const number = first + at
      return { ...piece, number, length: Math.min(pieceLength, length - (number - 1) * pieceLength) }
    })
    const next = first + pieces.length
    return { ...about, length, pieceLength, pieceCount, pieces, nextPiece: next > pieceCount ? null : next }
  })

/** What comes out is within its limits, and agrees with itself. */
function check(bytes: Buffer): void {
  const manifest = decodeManifest(bytes)
  assert.equal(sanitisePathElement(manifest.name), manifest.name)
  assert.equal(manifest.pieceCount, Math.ceil(manifest.length / manifest.pieceLength))
  assert.ok(manifest.pieces.length >= 1 && manifest.pieces.length <= MANIFEST_LIMITS.pieces)
  for (const piece of manifest.pieces) {
    assert.ok(piece.number >= 1 && piece.number <= manifest.pieceCount && piece.length >= 1)
    assert.ok(piece.holders.length <= MANIFEST_LIMITS.holders)
    for (const each of piece.holders) assert.equal(canonicalIp(each.host), each.host)
  }
  assert.deepEqual(decodeManifest(encodeManifest(manifest)), manifest)
}

const [good] = fc.sample(manifests, { numRuns: 1, seed: SEED }).map(encodeManifest)

it('any bytes are a manifest within its limits, or a ProtocolError; good ones with some replaced, too', () => {
  readsAnyBytes(check, good!, SEED)
  readsAnyBytes((bytes) => void decodeNameChoice(bytes), good!, SEED)
})

it('any JSON is a manifest within its limits, or a ProtocolError', () => {
  const fields = Object.keys(JSON.parse(good!.toString()) as object)
  const changed = fc.tuple(fc.constantFrom(...fields, 'candidates'), fc.jsonValue()).map(([field, value]) => {
    return Buffer.from(JSON.stringify({ ...(JSON.parse(good!.toString()) as object), [field]: value }))
  })
  const any = fc.oneof(
    changed,
    fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value))),
  )
  fc.assert(
    fc.property(any, (bytes) => {
      for (const read of [check, decodeNameChoice]) {
        try {
          read(bytes)
        } catch (error) {
          if (!(error instanceof ProtocolError)) throw error
        }
      }
    }),
    { numRuns: 2000, seed: SEED },
  )
})

it('what is encoded is decoded', () => {
  fc.assert(
    fc.property(manifests, (manifest) => {
      assert.deepEqual(decodeManifest(encodeManifest(manifest)), manifest)
    }),
    { numRuns: 300, seed: SEED },
  )
  const candidate = fc.record({ infoHash, length: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }) }, plain)
  const options = { minLength: 2, maxLength: 16, selector: (each: { infoHash: string }) => each.infoHash }
  fc.assert(
    fc.property(fc.record({ name, candidates: fc.uniqueArray(candidate, options) }, plain), (choice) => {
      assert.deepEqual(decodeNameChoice(encodeNameChoice(choice)), choice)
    }),
    { numRuns: 300, seed: SEED },
  )
})

it('any name can be asked for, and any target is a question, none, or a ProtocolError', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (target) => {
      try {
        parseManifestTarget(`/manifests/${target}`)
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error
      }
    }),
    { numRuns: 2000, seed: SEED },
  )
  fc.assert(
    fc.property(name, (text) => {
      assert.equal(parseManifestTarget(formatManifestTarget(text))?.name, text)
    }),
    { numRuns: 500, seed: SEED },
  )
})

it('no answer of the greatest size takes long to read', () => {
  const size = MANIFEST_LIMITS.bytes
  const worst = [
    '['.repeat(size),
    '{"a":'.repeat(size / 5),
    `{"name":"${'\u0301'.repeat(size / 2 - 20)}"}`,
    `{"name":"${'x'.repeat(size - 20)}"}`,
    JSON.stringify({ ...(JSON.parse(good!.toString()) as object), pieces: Array(100_000).fill(0) }),
  ]
  const spent = cpuMs(() => {
    for (const text of worst)
      for (let round = 0; round < 5; round++)
        assert.throws(() => decodeManifest(Buffer.from(text).subarray(0, size)), { name: 'ProtocolError' })
  })
  assert.ok(spent < 5000, `${spent} ms`)
})
