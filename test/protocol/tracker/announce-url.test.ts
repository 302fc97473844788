import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { maskAnnounceUrl, normaliseAnnounceUrl } from '../../../src/protocol/tracker/announce-url.ts'
import type { AnnounceUrl } from '../../../src/protocol/tracker/announce-url.ts'

/** What stands between host and query, said once more by the URL itself. */
const path = (url: string): string => /^\w+:\/\/[^/?]*([^?]*)/.exec(url)?.[1] ?? ''
const http = (url: string, host: string, port: number): AnnounceUrl => ({
  kind: 'http',
  url,
  host,
  port,
  path: path(url),
})
const udp = (url: string, host: string, port: number): AnnounceUrl => ({
  kind: 'udp',
  url,
  host,
  port,
  path: path(url),
})

describe('normaliseAnnounceUrl', () => {
  const GOOD: readonly [text: string, expected: AnnounceUrl][] = [
    ['http://10.0.0.248:5000/announce', http('http://10.0.0.248:5000/announce', '10.0.0.248', 5000)],
    ['http://10.0.0.248/announce?k=v&l=%20', http('http://10.0.0.248/announce?k=v&l=%20', '10.0.0.248', 80)],
    ['https://t.example/announce', http('https://t.example/announce', 't.example', 443)],
    ['HTTP://T.Example:80/Announce#part', http('http://t.example/Announce', 't.example', 80)],
    ['http://[FE80::1]:5000/announce', http('http://[fe80::1]:5000/announce', 'fe80::1', 5000)],
    ['http://127.1:7/a', http('http://127.0.0.1:7/a', '127.0.0.1', 7)],
    ['http://0x7f000001:7/a', http('http://127.0.0.1:7/a', '127.0.0.1', 7)],
    ['udp://t.example:6969/announce', udp('udp://t.example:6969/announce', 't.example', 6969)],
    ['udp://t.example:80', udp('udp://t.example:80', 't.example', 80)],
    ['udp://127.1:6969/', udp('udp://127.0.0.1:6969', '127.0.0.1', 6969)],
    ['udp://[::1]:6969?a=b', udp('udp://[::1]:6969?a=b', '::1', 6969)],
    ['10.0.0.248', http('http://10.0.0.248:5000/announce', '10.0.0.248', 5000)],
    ['10.0.0.248:7000', http('http://10.0.0.248:7000/announce', '10.0.0.248', 7000)],
    ['lab-pc_3.local', http('http://lab-pc_3.local:5000/announce', 'lab-pc_3.local', 5000)],
    ['localhost:80', http('http://localhost/announce', 'localhost', 80)],
    ['[fe80::1]', http('http://[fe80::1]:5000/announce', 'fe80::1', 5000)],
    ['[fe80::1]:7000', http('http://[fe80::1]:7000/announce', 'fe80::1', 7000)],
    ['  10.0.0.248\n', http('http://10.0.0.248:5000/announce', '10.0.0.248', 5000)],
  ]
  for (const [text, expected] of GOOD) {
    it(`reads ${JSON.stringify(text)}`, () => assert.deepEqual(normaliseAnnounceUrl(text), expected))
  }

  it('leaves alone what it made itself', () => {
    for (const [text] of GOOD) {
      const once = normaliseAnnounceUrl(text)
      assert.deepEqual(normaliseAnnounceUrl(once.url), once)
    }
  })

  const BAD: readonly string[] = [
    '',
    ' ',
    'file:///etc/passwd',
    'ws://t.example/announce',
    'wss://t.example/announce',
    'gopher://t.example/1',
    'javascript:alert(1)',
    'data:text/plain,x',
    '/announce',
    '//host/announce',
    'host/announce',
    'host:',
    'host:port',
    'host:0',
    'host:65536',
    'fe80::1',
    'a b',
    'http://',
    'http:///announce',
    'http:/t.example/announce',
    'http://t.example:0/announce',
    'http://t.example:65536/announce',
    'http://t.example\\@10.0.0.1/announce',
    'http://user:secret@t.example/announce',
    'http://bücher.example/announce',
    'http://t.example/announce?info_hash=x',
    'http://t.example/announce?a=b&%65vent=stopped',
    'udp://t.example/announce',
    'udp://t.example:0',
    'udp://t.example:70000',
    'udp://:6969',
    `http://t.example/${'a'.repeat(2048)}`,
  ]
  for (const text of BAD) {
    it(`refuses ${JSON.stringify(text.slice(0, 60))}`, () => {
      assert.throws(() => normaliseAnnounceUrl(text), { name: 'ProtocolError', code: 'invalid-announce-url' })
    })
  }

  it('does not repeat the text it refuses, which may have a passkey in it', () => {
    assert.throws(
      () => normaliseAnnounceUrl('ftp://t.example/passkey-1234'),
      (error: Error) => !error.message.includes('passkey'),
    )
  })
})

describe('maskAnnounceUrl', () => {
  for (const [url, shown] of [
    ['http://10.0.0.1:5000/announce', 'http://10.0.0.1:5000/announce'],
    ['udp://a-rather-long-name.example:6969', 'udp://a-rather-long-name.example:6969'],
    ['http://t.example/0123456789abcdef0123456789abcdef/announce', 'http://t.example/***/announce'],
    ['http://t.example/announce.php?passkey=abc&x', 'http://t.example/announce.php?passkey=***&***'],
    ['udp://t.example:80?secret', 'udp://t.example:80?***'],
    ['http://user:password@t.example/a', 'http://***@t.example/a'],
    ['10.0.0.1:7000', '10.0.0.1:7000'],
    ['\u001b[31mred', '\ufffd[31mred'],
    ['', ''],
  ] as const) {
    it(`shows ${JSON.stringify(url)} as ${JSON.stringify(shown)}`, () => assert.equal(maskAnnounceUrl(url), shown))
  }
})
