import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { waitUntil } from '../support/wait-until.ts'
import { Victim } from './victim.ts'

const SILENT = 300

describe('a caller that never gets to the point', { timeout: 240_000 }, () => {
  it('is sent away after 10 s, and in the meantime is in nobody’s way', async () => {
    await using victim = await Victim.start('seeder')
    const silent = await Promise.all(Array.from({ length: SILENT }, () => victim.connect()))
    const started = performance.now()
    const dripping = await Promise.all(Array.from({ length: 20 }, () => victim.connect()))
    const letters = dripping.map((peer) => ({ peer, bytes: peer.handshakeBytes(), at: 0 }))
    const drip = setInterval(() => {
      for (const letter of letters) letter.peer.send(letter.bytes.subarray(letter.at, ++letter.at))
    }, 500)
    const asking = await victim.connect()
    asking.send(Buffer.from('GET /announce?info_hash='))
    try {
      await victim.servesOthers()
      assert.ok(performance.now() - started < 5000, 'an honest peer is served while they are silent')
      const all = [...silent, ...dripping, asking]
      await waitUntil('all to be sent away', () => all.every((peer) => peer.isClosed), { timeoutMs: 60_000 })
    } finally {
      clearInterval(drip)
    }
    await victim.servesOthers()
  })

  it('is sent away at once when its first byte is neither a handshake’s nor HTTP’s', async () => {
    await using victim = await Victim.start('seeder')
    for (const text of ['\x16\x03\x01', '\x14BitTorrent protocol', '\0\0\0\0', '\x12Bit']) {
      const peer = await victim.connect()
      peer.send(Buffer.from(text, 'latin1'))
      await peer.ended()
    }
    const almost = await victim.connect()
    almost.send(Buffer.from('\x13BitTorrent protocoX'.padEnd(68), 'latin1'))
    await almost.ended()
    await victim.servesOthers()
  })

  it('is sent away at once when its HTTP request is no request, or its headers are without end', async () => {
    await using victim = await Victim.start('seeder')
    for (const text of [
      'GET\r\n\r\n',
      'POST /announce HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999\r\n\r\n',
      `GET /${'x'.repeat(100_000)} HTTP/1.1\r\n\r\n`,
      `GET / HTTP/1.1\r\n${'x: y\r\n'.repeat(50_000)}`,
    ]) {
      const peer = await victim.connect()
      peer.send(Buffer.from(text, 'latin1'))
      await peer.ended()
    }
    await victim.servesOthers()
  })
})
