import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { decodeBencode } from '../../../src/protocol/bencode/index.ts'
import { infoHashFromBytes } from '../../../src/protocol/ids.ts'
import { encodeScrapeReply, parseScrapeQuery } from '../../../src/protocol/tracker/scrape.ts'

const one = infoHashFromBytes(Buffer.from('00ff2b2580c3282541e282ac0a0d26233d3f2f20', 'hex'))
const other = infoHashFromBytes(Buffer.alloc(20, 'x'))
const ESCAPED = '%00%ff%2b%25%80%c3(%25A%e2%82%ac%0a%0d%26%23%3d%3f%2f%20'

describe('a scrape query', () => {
  it('names any number of swarms, each once, whatever bytes are in their names', () => {
    const query = `info_hash=${ESCAPED}&x=%zz&info_hash=${'x'.repeat(20)}&info_hash=${ESCAPED}`
    assert.deepEqual(parseScrapeQuery(query), [one, other])
  })

  it('that names none, and so asks about all, is refused', () => {
    for (const query of ['', 'info_hash', 'hash=1', '&&']) {
      assert.throws(() => parseScrapeQuery(query), { name: 'ProtocolError' }, query)
    }
    assert.throws(() => parseScrapeQuery(''), { code: 'invalid-scrape' })
  })

  it('with a name of other than 20 bytes, a broken escape, or over 8 KiB is refused', () => {
    for (const value of ['', 'a'.repeat(19), 'a'.repeat(21), '%0', '%gg'.padEnd(22, 'a'), 'a'.repeat(8200)]) {
      assert.throws(() => parseScrapeQuery(`info_hash=${value}`), { name: 'ProtocolError' }, value)
    }
  })
})

describe('a scrape reply', () => {
  it('has the names in the order of their bytes, and three numbers each', () => {
    const reply = encodeScrapeReply(
      new Map([
        [other, { complete: 1, incomplete: 2, downloaded: 3 }],
        [one, { complete: 0, incomplete: 0, downloaded: 0 }],
      ]),
    )
    const zeros = 'd8:completei0e10:downloadedi0e10:incompletei0ee'
    const numbers = 'd8:completei1e10:downloadedi3e10:incompletei2ee'
    const name = Buffer.from(one, 'hex').toString('latin1')
    assert.equal(reply.toString('latin1'), `d5:filesd20:${name}${zeros}20:${'x'.repeat(20)}${numbers}ee`)
    assert.ok(decodeBencode(reply) instanceof Map)
  })
})
