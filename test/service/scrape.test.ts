import assert from 'node:assert/strict'
import { createConnection } from 'node:net'
import { describe, it } from 'node:test'
import { inMemoryTorrent, placeContent, type InMemoryTorrent } from '../support/in-memory-torrent.ts'
import { TestService } from '../support/running-service.ts'

/** Says the bytes, and gathers what comes until the other side closes. */
function exchange(port: number, ...requests: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = ''
    const socket = createConnection(port, '127.0.0.1')
    socket.setEncoding('latin1').on('error', reject)
    const rest = [...requests]
    const next = (): void => void socket.write(rest.shift() ?? '', 'latin1')
    socket.on('connect', next)
    socket.on('data', (text: string) => {
      heard += text
      if (rest.length > 0) next()
    })
    socket.on('close', () => resolve(heard))
  })
}

const closing = (target: string): string => `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`
const kept = (target: string): string => `GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`
const bodyOf = (answer: string): string => answer.slice(answer.indexOf('\r\n\r\n') + 4)
/** The bytes as they are: an escape is needed for none but these. */
const raw = ({ metainfo }: InMemoryTorrent): string =>
  Buffer.from(metainfo.infoHash, 'hex')
    .toString('latin1')
    .replaceAll(/[%&#+\s\0=?]/g, (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`)
const counts = (complete: number, downloaded: number, incomplete: number): string =>
  `d8:completei${complete}e10:downloadedi${downloaded}e10:incompletei${incomplete}ee`
const announce = (torrent: InMemoryTorrent, port: number, more: string): string =>
  closing(`/announce?info_hash=${raw(torrent)}&peer_id=-XX0000-asker-${port}--&port=${port}&${more}`)

describe('a scrape on the peer port', { timeout: 120_000 }, () => {
  it('counts seeders, downloads and others, of several swarms in one request', async () => {
    await using running = await TestService.start()
    const [seeded, wanted] = [
      inMemoryTorrent({ name: 'seeded.bin', content: 100_000 }),
      inMemoryTorrent({ name: 'wanted.bin', content: 100_001 }),
    ]
    await placeContent(running.root, seeded)
    await running.join(seeded.bytes)
    await running.swarm(seeded.metainfo.infoHash, ({ status }) => status === 'seeder')
    await running.join(wanted.bytes)
    for (const port of [6001, 6002]) await exchange(running.port, announce(seeded, port, 'left=10'))
    await exchange(running.port, announce(seeded, 6001, 'left=0&event=completed'))
    const both = [seeded, wanted].map(raw).join('&info_hash=')
    const answer = await exchange(running.port, closing(`/scrape?info_hash=${both}`))
    const entry = ({ metainfo }: InMemoryTorrent, numbers: string): [string, string] => [
      metainfo.infoHash,
      `20:${Buffer.from(metainfo.infoHash, 'hex').toString('latin1')}${numbers}`,
    ]
    const entries = [entry(seeded, counts(2, 1, 1)), entry(wanted, counts(0, 0, 1))]
    entries.sort(([one], [other]) => (one < other ? -1 : 1))
    assert.equal(bodyOf(answer), `d5:filesd${entries.map(([, text]) => text).join('')}ee`)
    const unknown = await exchange(running.port, closing(`/scrape?info_hash=${'u'.repeat(20)}`))
    assert.equal(bodyOf(unknown), `d5:filesd20:${'u'.repeat(20)}${counts(0, 0, 0)}ee`)
    assert.match(bodyOf(await exchange(running.port, closing('/scrape'))), /failure reason/)
    const { tracker } = await running.service.measures()
    assert.deepEqual(tracker.requests.http, { announces: 3, scrapes: 2, errors: 1 })
    assert.match(await exchange(running.port, closing('/scrape')), /14:failure reason/)
    assert.deepEqual(running.events('bug'), [])
  })

  it('and announces may follow one another on one connection, and something else after them', async () => {
    await using running = await TestService.start()
    const torrent = inMemoryTorrent({ name: 'kept.bin', content: 100_000 })
    await running.join(torrent.bytes)
    const scrape = `/scrape?info_hash=${raw(torrent)}`
    const heard = await exchange(running.port, kept(scrape), kept(scrape), closing(scrape))
    assert.equal(heard.split('HTTP/1.1 200 OK').length - 1, 3)
    assert.equal(heard.split('Connection: keep-alive').length - 1, 2)
    const other = await exchange(running.port, kept(scrape), kept('/elsewhere'))
    assert.match(other, /HTTP\/1\.1 200[\s\S]*HTTP\/1\.1 404/)
    // The HTTP server takes no control characters in a URL.
    const escaped = `/scrape?info_hash=${torrent.metainfo.infoHash.replaceAll(/../g, '%$&')}`
    const slow = await exchange(running.port, kept(scrape), `HEAD ${escaped} HTTP/1.1\r\nHost: x\r\n\r\n`)
    assert.match(slow, /HTTP\/1\.1 200[\s\S]*HTTP\/1\.1 200/)
    const wordy = `GET ${escaped} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`
    assert.equal(bodyOf(await exchange(running.port, wordy)), bodyOf(await exchange(running.port, closing(scrape))))
    assert.deepEqual(running.events('bug'), [])
  })

  it('closes a kept connection on which nobody asks any more', async () => {
    await using running = await TestService.start()
    const heard = await exchange(running.port, kept(`/scrape?info_hash=${'u'.repeat(20)}`))
    assert.match(heard, /keep-alive/)
  })

  it('does not keep connections when half of the places are taken', async () => {
    await using running = await TestService.start({ maxConnections: 2 })
    const heard = await exchange(running.port, kept(`/scrape?info_hash=${'u'.repeat(20)}`))
    assert.match(heard, /Connection: close/)
  })

  it('says in an announce which address the asker has', async () => {
    await using running = await TestService.start()
    const torrent = inMemoryTorrent({ name: 'seen.bin', content: 100_000 })
    const body = bodyOf(await exchange(running.port, announce(torrent, 6001, 'left=10&ip=10.9.8.7')))
    assert.ok(body.includes('11:external ip4:\x7f\0\0\x01'))
    const named = bodyOf(await exchange(running.port, announce(torrent, 6002, 'left=10')))
    assert.ok(named.includes('5:peers6:\x7f\0\0\x01\x17\x71'), 'where it came from, not what it claimed')
  })
})
