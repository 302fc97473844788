import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  MAX_INCARNATION,
  MAX_MEMBERS_MESSAGE,
  MAX_MEMBER_ADDRESSES,
  MAX_MEMBER_RECORD,
  MAX_MEMBER_SWARMS,
  MEMBER_BUCKETS,
  ProtocolError,
  decodeMemberRecord,
  decodeMembersMessage,
  encodeBencode,
  encodeMemberRecord,
  encodeMembersMessage,
  infoHashFromBytes,
  memberIdFromBytes,
  memberIdFromText,
  peerIdFromBytes,
  type BencodeValue,
  type MemberRecord,
  type MemberSwarm,
  type MembersMessage,
} from '../../../src/protocol/index.ts'

const ID = memberIdFromBytes(Buffer.from('6d223864000040008000000000000001', 'hex'))
const OTHER = memberIdFromBytes(Buffer.alloc(16, 0xab))
const SWARM: MemberSwarm = {
  infoHash: infoHashFromBytes(Buffer.alloc(20, 7)),
  status: 'peer',
  state: 'downloading',
  progress: 1 / 65_535,
  downloadRate: 1000,
  uploadRate: 4_294_967_295,
  etaSeconds: 60,
}
const RECORD: MemberRecord = {
  addresses: ['10.0.0.248', 'fe80::1'],
  peerPort: 5000,
  peerId: peerIdFromBytes(Buffer.from('-SW0100-abcdefghijkl')),
  apiPort: 5080,
  name: 'lab-1',
  version: 'swarmd 0.1.0',
  swarms: [SWARM, { ...SWARM, status: 'seeder', state: 'seeding', progress: 1, etaSeconds: null }],
  swarmsOmitted: 2,
}

const refused = (act: () => unknown, code: string | RegExp): void => {
  assert.throws(act, (error) => {
    assert.ok(error instanceof ProtocolError, String(error))
    assert.match(error.code, typeof code === 'string' ? new RegExp(`^${code}$`) : code)
    return true
  })
}

describe('a member record', () => {
  it('comes back as it was', () => {
    assert.deepEqual(decodeMemberRecord(encodeMemberRecord(RECORD)), RECORD)
  })

  it('has these bytes', () => {
    const short = encodeMemberRecord({ ...RECORD, addresses: ['10.0.0.248'], swarms: [], swarmsOmitted: 0 })
    assert.equal(
      short.toString('latin1'),
      'd1:44:\n\0\0ø1:ai5080e1:i20:-SW0100-abcdefghijkl1:n5:lab-11:pi5000e1:v12:swarmd 0.1.0e',
    )
  })

  it('is never longer than 1 KiB: more swarms and addresses than fit are left out, swarms are counted', () => {
    const record = {
      ...RECORD,
      addresses: Array.from({ length: 20 }, (_, at) => `fe80::${at + 1}`),
      name: '💾'.repeat(100),
      version: 'x'.repeat(1000),
      swarms: Array.from({ length: 100 }, () => SWARM),
      swarmsOmitted: 0,
    }
    const bytes = encodeMemberRecord(record)
    assert.ok(bytes.length <= MAX_MEMBER_RECORD, `${bytes.length} bytes`)
    const read = decodeMemberRecord(bytes)
    assert.equal(read.swarms.length, MAX_MEMBER_SWARMS)
    assert.equal(read.swarmsOmitted, 100 - MAX_MEMBER_SWARMS)
    assert.equal(read.addresses.length, MAX_MEMBER_ADDRESSES)
    assert.equal(read.name, '💾'.repeat(8))
  })

  it('may say more than we know of', () => {
    const bytes = encodeMemberRecord(RECORD)
    const more = Buffer.concat([bytes.subarray(0, -1), Buffer.from('1:z3:new'), Buffer.from('e')])
    assert.deepEqual(decodeMemberRecord(more), RECORD)
  })

  it('carries no control characters in its texts', () => {
    const { name } = decodeMemberRecord(encodeMemberRecord({ ...RECORD, name: 'a\u001b[31m\u0000b' }))
    assert.equal(name, 'a[31mb')
  })

  it('is refused when it is no record', () => {
    const good = `d1:44:abcd1:60:1:ai0e1:i20:${'p'.repeat(20)}1:n0:1:oi0e1:pi5000e1:s0:1:v0:e`
    decodeMemberRecord(Buffer.from(good))
    const wrong: [from: string, to: string, code: string | RegExp][] = [
      ['i5000e', 'i0e', 'invalid-member-record'],
      ['i5000e', 'i65536e', 'invalid-member-record'],
      ['i5000e', '4:5000', 'invalid-member-record'],
      ['1:ai0e', '1:ai-1e', 'invalid-member-record'],
      [`1:i20:${'p'.repeat(20)}`, '', 'invalid-member-record'],
      [`1:i20:${'p'.repeat(20)}`, `1:i40:${'p'.repeat(40)}`, 'invalid-member-record'],
      ['4:abcd', '5:abcde', 'invalid-member-record'],
      ['4:abcd', 'i5e', 'invalid-member-record'],
      ['4:abcd', '8:abcdabcd', 'invalid-member-record'],
      ['1:s0:', '1:s3:abc', 'invalid-member-record'],
      ['1:s0:', `1:s36:${'\x05'.repeat(36)}`, 'invalid-member-record'],
      ['4:abcd', `36:${'abcdefghi'.repeat(4)}`, 'invalid-member-record'],
      ['1:oi0e', '1:oi-0e', /^bencode-/],
      ['d1:4', 'd1:9', /^bencode-/],
    ]
    for (const [from, to, code] of wrong) refused(() => decodeMemberRecord(Buffer.from(good.replace(from, to))), code)
    refused(() => decodeMemberRecord(Buffer.from('i5e')), 'invalid-member-record')
    refused(() => decodeMemberRecord(Buffer.alloc(1025, 'l')), 'invalid-member-record')
  })
})

describe('a members message', () => {
  const whole: MembersMessage = {
    sender: ID,
    wanted: true,
    digest: 0xffff_ffff,
    contents: [{ id: OTHER, incarnation: MAX_INCARNATION, body: encodeMemberRecord(RECORD) }],
    verdicts: [
      { id: ID, incarnation: 2 ** 40 + 5, kind: 'suspected' },
      { id: OTHER, incarnation: 1, kind: 'left' },
    ],
    buckets: Array.from({ length: MEMBER_BUCKETS }, (_, at) => at * 0x0800_0001),
    keys: {
      buckets: [0, 31],
      entries: [
        { id: ID, incarnation: 7, bodyHash: 0xdead_beef, verdict: { kind: 'gone', incarnation: 6 } },
        { id: OTHER, incarnation: 0, bodyHash: 0, verdict: null },
      ],
    },
    pulls: [ID, OTHER],
  }

  it('comes back as it was, whole and in each part', () => {
    assert.deepEqual(decodeMembersMessage(encodeMembersMessage(whole)), whole)
    for (const [name, value] of Object.entries(whole)) {
      const part: MembersMessage = { [name]: value }
      assert.deepEqual(decodeMembersMessage(encodeMembersMessage(part)), part)
    }
    assert.deepEqual(decodeMembersMessage(Buffer.from('de')), {})
  })

  it('passes over parts that we do not know', () => {
    assert.deepEqual(decodeMembersMessage(Buffer.from('d1:wi1e1:zi9ee')), { wanted: true })
  })

  it('is refused when a part is not what it should be', () => {
    const wrong: Record<string, BencodeValue>[] = [
      { i: Buffer.alloc(15) },
      { i: Buffer.alloc(32) },
      { i: 5 },
      { w: 2 },
      { w: Buffer.of(1) },
      { h: -1 },
      { h: 2 ** 32 },
      { c: 5 },
      { c: [Buffer.alloc(16), 1] },
      { c: [Buffer.alloc(15), 1, Buffer.alloc(5)] },
      { c: [Buffer.alloc(16), 0, Buffer.alloc(5)] },
      { c: [Buffer.alloc(16), 2n ** 60n, Buffer.alloc(5)] },
      { c: [Buffer.alloc(16), 1, Buffer.alloc(MAX_MEMBER_RECORD + 1)] },
      { v: Buffer.alloc(24) },
      { v: Buffer.alloc(25) },
      { v: Buffer.alloc(25, 0xff) },
      { b: Buffer.alloc(4) },
      { k: Buffer.alloc(37) },
      { k: Buffer.alloc(36), n: Buffer.of(1) },
      { k: Buffer.alloc(37, 0xff), n: Buffer.of(1) },
      { k: Buffer.alloc(0), n: Buffer.of(32) },
      { n: Buffer.of(1) },
      { q: Buffer.alloc(17) },
    ]
    for (const parts of wrong) {
      const bytes = encodeBencode(new Map(Object.entries(parts)))
      refused(() => decodeMembersMessage(bytes), 'invalid-members-message')
    }
    refused(() => decodeMembersMessage(Buffer.from('le')), 'invalid-members-message')
    refused(() => decodeMembersMessage(Buffer.alloc(MAX_MEMBERS_MESSAGE + 1, 'l')), 'invalid-members-message')
    refused(() => decodeMembersMessage(Buffer.from('l'.repeat(1000))), /^bencode-/)
    refused(() => decodeMembersMessage(Buffer.from(`d1:cl${'i1e'.repeat(9000)}ee`)), /^bencode-/)
  })
})

describe('a member id', () => {
  it('is a uuid, as text and as bytes', () => {
    assert.equal(ID, '6d223864-0000-4000-8000-000000000001')
    assert.equal(memberIdFromText(ID.toUpperCase()), ID)
    for (const text of ['', '6d223864', `${ID}0`, ID.replaceAll('-', ''), `${ID.slice(1)}g`])
      assert.equal(memberIdFromText(text), null)
    assert.throws(() => memberIdFromBytes(Buffer.alloc(15)), RangeError)
  })
})
