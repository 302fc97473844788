import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { TrackerView } from '../../src/service/face.ts'
import { inMemoryTorrent } from '../support/in-memory-torrent.ts'
import { pour } from '../support/pour.ts'
import { ScratchFolder } from '../support/scratch-folder.ts'
import { SwarmdChild } from '../support/swarmd-child.ts'
import { waitUntil } from '../support/wait-until.ts'

const MIB = 1024 * 1024

describe('a tracker that answers', { timeout: 120_000 }, () => {
  let scratch: ScratchFolder
  let child: SwarmdChild
  let torrents = 0
  const servers: Server[] = []

  before(async () => {
    scratch = await ScratchFolder.create()
    child = (await SwarmdChild.start({ root: scratch.path })).child
  })
  after(async () => {
    await child[Symbol.asyncDispose]()
    for (const server of servers) server.closeAllConnections()
    for (const server of servers) server.close()
    await scratch[Symbol.asyncDispose]()
  })

  /** What the service says of a tracker that answers so, when it has done with the first answer. */
  async function told(answer: RequestListener): Promise<TrackerView> {
    const server = createServer(answer).listen(0, '127.0.0.1')
    servers.push(server)
    await once(server, 'listening')
    const announce = `http://127.0.0.1:${(server.address() as AddressInfo).port}/announce`
    const { bytes, metainfo } = inMemoryTorrent({ name: `asks-${++torrents}`, content: 20_000, announce })
    await child.addTorrent(bytes)
    return waitUntil('the tracker to have answered', async () => {
      const answer = await child.get(`/swarms/${metainfo.infoHash}/trackers`)
      const [tracker] = ((await answer.json()) as { items: TrackerView[] }).items
      return tracker?.status === 'working' || tracker?.status === 'failed' ? tracker : undefined
    })
  }

  const failed = async (answer: RequestListener, reason: RegExp): Promise<void> => {
    const { status, lastError } = await told(answer)
    assert.equal(status, 'failed')
    assert.match(lastError ?? '', reason)
  }

  /** How much the most was that the service ever took, beyond what it takes before. */
  async function cost(attack: () => Promise<void>): Promise<number> {
    const before = child.memory().peak
    await attack()
    return child.memory().peak - before
  }

  it('with 1 GiB of zeros, packed into one, is not unpacked beyond a limit', async () => {
    // 64 MiB are 64 KiB packed, and members of a gzip stand one after the other.
    const packed = gzipSync(Buffer.alloc(64 * MIB), { level: 9 })
    const bomb = Buffer.concat(Array.from({ length: 16 }, () => packed))
    const grew = await cost(() =>
      failed((_request, response) => {
        response.setHeader('content-encoding', 'gzip')
        response.end(bomb)
      }, /more than 1048576 bytes/),
    )
    assert.ok(grew < 64 * MIB, `it cost ${grew / MIB} MiB`)
  })

  it('without end is cut off, whatever it says its length is', async () => {
    for (const length of [null, 10 ** 12]) {
      let written = 0
      const pouring: Promise<void>[] = []
      const grew = await cost(async () => {
        await failed((_request, response) => {
          if (length !== null) response.setHeader('content-length', length)
          response.on('error', () => {})
          pouring.push(
            pour(response, Buffer.alloc(64 * 1024, 'd'), 256 * MIB).then((bytes) => {
              written += bytes
            }),
          )
        }, /more than 1048576 bytes/)
        await Promise.all(pouring)
      })
      assert.ok(written < 32 * MIB, `it read ${written / MIB} MiB`)
      assert.ok(grew < 64 * MIB, `it cost ${grew / MIB} MiB`)
    }
  })

  it('with a bomb of bencode is refused at once', async () => {
    for (const body of [
      'l'.repeat(MIB - 1),
      `d5:peers${'i1e'.repeat(300_000)}`,
      `d5:peersl${'de'.repeat(500_000)}ee`,
    ]) {
      const grew = await cost(async () => {
        const tracker = await told((_request, response) => response.end(body))
        assert.equal(tracker.status, 'failed')
      })
      assert.ok(grew < 96 * MIB, `it cost ${grew / MIB} MiB`)
    }
  })

  it('with 170,000 peers has 200 of them kept', async () => {
    // At addresses of this machine where nobody listens.
    const peers = Buffer.alloc(6 * 170_000)
    for (let nth = 0; nth < 170_000; nth++) {
      peers.writeUInt32BE(0x7f400001 + nth, 6 * nth)
      peers.writeUInt16BE(9, 6 * nth + 4)
    }
    const answer = Buffer.concat([Buffer.from(`d8:intervali1800e5:peers${peers.length}:`), peers, Buffer.from('e')])
    assert.ok(answer.length < MIB)
    const grew = await cost(async () => {
      const tracker = await told((_request, response) => response.end(answer))
      assert.deepEqual([tracker.status, tracker.peers], ['working', 200])
    })
    assert.ok(grew < 64 * MIB, `it cost ${grew / MIB} MiB`)
  })

  it('with an interval of nothing, or of a hundred years, is asked again in sensible time', async () => {
    // An hour at most, and a tenth of that by chance.
    for (const [interval, least, most] of [
      ['0', 30, 60],
      ['-5', 30, 3_970],
      ['1', 30, 60],
      ['1000000000', 1_800, 3_970],
      ['99999999999999999999', 30, 3_970],
      ['1.5', 30, 3_970],
    ] as const) {
      let asked = 0
      const tracker = await told((_request, response) => {
        asked++
        response.end(`d8:intervali${interval}e12:min intervali${interval}e5:peers0:e`)
      })
      const next = (Date.parse(tracker.nextAnnounceAt ?? '') - Date.now()) / 1000
      // What is no answer is asked for again sooner, and then later and later.
      const atLeast = tracker.status === 'failed' ? 0 : least - 10
      assert.ok(next > atLeast && next < most, `${interval}: ${tracker.statusReason}`)
      assert.equal(asked, 1)
    }
  })

  it('on and on, a byte at a time, is given up', async () => {
    await failed((_request, response) => {
      response.on('error', () => {})
      const writing = setInterval(() => response.write('d'), 200)
      response.on('close', () => clearInterval(writing))
    }, /no whole answer/)
  })

  it('or does not is all the same to the API: it goes on', async () => {
    assert.equal((await child.get('/readyz')).status, 200)
    const bugs = child.errors.filter((line) => /"event":"(bug|service\.failed|api\.internal-error)"/.test(line))
    assert.deepEqual(bugs, [])
  })
})
