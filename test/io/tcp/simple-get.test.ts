import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readSimpleGet } from '../../../src/io/tcp/simple-get.ts'

const read = (text: string) => readSimpleGet(Buffer.from(text, 'latin1'))

describe('readSimpleGet', () => {
  it('reads path and query as they came, and whether more may follow', () => {
    const raw = '/announce?info_hash=\xff\xfe%00'
    assert.deepEqual(read(`GET ${raw} HTTP/1.1\r\nHost: x\r\n\r\n`), { target: raw, keepAlive: true })
    assert.deepEqual(read('GET / HTTP/1.0\r\n\r\n'), { target: '/', keepAlive: false })
    for (const close of ['Connection: close', 'connection:close', 'CONNECTION: \t Close']) {
      assert.deepEqual(read(`GET /a HTTP/1.1\r\nHost: x\r\n${close}\r\n\r\n`), { target: '/a', keepAlive: false })
    }
  })

  for (const [what, text] of [
    ['is not whole', 'GET / HTTP/1.1\r\nHost: x\r\n'],
    ['has another behind it', 'GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n'],
    ['has something behind it', 'GET / HTTP/1.1\r\n\r\nx'],
    ['brings a body', 'GET / HTTP/1.1\r\nContent-Length: 4\r\n\r\n'],
    ['brings a body of unannounced length', 'GET / HTTP/1.1\r\ntransfer-encoding : chunked\r\n\r\n'],
    ['waits for leave', 'GET / HTTP/1.1\r\nExpect: 100-continue\r\n\r\n'],
    ['wants another protocol', 'GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n'],
    ['is no GET', 'POST / HTTP/1.1\r\n\r\n'],
    ['is of another version', 'GET / HTTP/2.0\r\n\r\n'],
    ['has no version', 'GET /\r\n\r\n'],
    ['names no path', 'GET http://x/ HTTP/1.1\r\n\r\n'],
    ['has spaces in its path', 'GET /a b HTTP/1.1\r\n\r\n'],
    ['is too long', `GET /${'a'.repeat(8192)} HTTP/1.1\r\n\r\n`],
    ['is empty', ''],
  ] as const) {
    it(`leaves to others what ${what}`, () => assert.equal(read(text), null))
  }
})
