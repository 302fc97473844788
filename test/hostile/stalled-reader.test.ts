import assert from 'node:assert/strict'
import type { Duplex } from 'node:stream'
import { it } from 'node:test'
import { askUpgrade, EventClient } from '../support/event-client.ts'
import { FakePeer } from '../support/fake-peer.ts'
import type { EventMessage } from '../support/folded-events.ts'
import { inMemoryTorrent, placeContent } from '../support/in-memory-torrent.ts'
import { ScratchFolder } from '../support/scratch-folder.ts'
import { SwarmdChild } from '../support/swarmd-child.ts'
import { waitUntil } from '../support/wait-until.ts'

/** How long the reader reads nothing, at least; more than a minute, and it is sent away for not answering pings. */
const STALLED_MS = Number(process.env['SWARMD_STALLED_SECONDS'] ?? 0) * 1000
const SWARMS = 16
const PEERS = 40
const OTHERS = 9
const MIB = 1024 * 1024
const TURN_MS = 200

it('a reader of events that stalls costs less than 1 MiB, and the nine others hear all in time', async (t) => {
  await using scratch = await ScratchFolder.create()
  const torrents = Array.from({ length: SWARMS }, (_, nth) => inMemoryTorrent({ name: `file-${nth}`, content: 40_000 }))
  for (const torrent of torrents) await placeContent(scratch.path, torrent)
  const args = ['--max-connections', '2000']
  const { child } = await SwarmdChild.start({ root: scratch.path, args, probe: true })
  await using _child = child
  using peers = new DisposableStack()
  for (const { bytes, metainfo } of torrents) {
    const { infoHash } = await child.addTorrent(bytes)
    await waitUntil('its peers to be let in', async () => (await child.swarm(infoHash)).state === 'seeding')
    for (let nth = 0; nth < PEERS; nth++) {
      peers.use(await FakePeer.shakeHands({ port: child.port, infoHash: metainfo.infoHash }))
    }
  }
  const named = torrents.map(({ metainfo }) => metainfo.infoHash)
  const downloader = peers.use(await FakePeer.shakeHands({ port: child.port, infoHash: named[0] ?? '' }))
  downloader.frame(2)
  await downloader.receives(1)

  const lags: number[] = []
  const others = Array.from({ length: OTHERS }, () =>
    peers.use(
      new EventClient(child.apiUrl, '', ({ type, time = '' }) => {
        if (type === 'swarm.added' || type === 'swarm.removed') lags.push(Date.now() - Date.parse(time))
      }),
    ),
  )
  for (const other of others) await other.heard('snapshot')

  // It asks for all there is, which is some 300 kB a second, and takes nothing of it.
  const { socket } = await askUpgrade(child.apiUrl, `/events?topics=swarms,stats,peers,choker&swarms=${named.join()}`)
  assert.ok(socket)
  const stalled = new StalledReader(socket)
  const began = performance.now()
  const coming = inMemoryTorrent({ name: 'coming', content: 40_000 })
  /** Something happens: a swarm comes or goes, another has other figures. */
  let changes = 0
  const turn = async (): Promise<void> => {
    const next = performance.now() + TURN_MS
    if (changes++ % 2 === 0) await child.addTorrent(coming.bytes)
    else await child.remove(coming.metainfo.infoHash)
    downloader.request(0, 0)
    await waitUntil('the next turn', () => performance.now() >= next, { intervalMs: 5 })
  }
  const dropped = (): Promise<number> => metric(child, 'swarmd_events_dropped_total')
  while ((await dropped()) === 0 || performance.now() - began < STALLED_MS) {
    await turn()
    assert.ok(performance.now() - began < STALLED_MS + 100_000, 'nothing is kept from a reader that does not read')
  }
  const stalledMs = performance.now() - began
  assert.equal(await metric(child, 'swarmd_events_readers'), OTHERS + 1)
  const before = await bytesInUse(child)
  const told = await stalled.readOn(({ type, dropped }) => type === 'stats' && (dropped ?? 0) > 0)
  await stalled.readOn(({ type }) => type === 'peers')
  const cost = before - (await bytesInUse(child))

  const worst = Math.max(...lags)
  const shown = `${(stalledMs / 1000).toFixed(0)} s stalled, ${told.dropped} dropped; it cost ${Math.round(cost / 1024)} KiB`
  t.diagnostic(`${shown}; of ${lags.length} messages to others the latest came after ${worst} ms`)
  assert.ok(cost < MIB, shown)
  assert.ok(lags.length >= OTHERS * (changes - 1), `${lags.length} messages for ${changes} changes`)
  const median = lags.toSorted((a, b) => a - b)[Math.floor(lags.length / 2)] ?? 0
  assert.ok(median < 1_000 && worst < 10_000, `others heard after ${median} ms, and once after ${worst} ms`)
})

/** A WebSocket that is open, and whose messages nobody reads. */
class StalledReader {
  readonly #socket: Duplex
  readonly #messages: EventMessage[] = []
  #read = 0
  #bytes: Buffer = Buffer.alloc(0)

  constructor(socket: Duplex) {
    this.#socket = socket.pause()
  }

  /** Reads until there is such a message, after those it found before. */
  readOn(isWanted: (message: EventMessage) => boolean): Promise<EventMessage> {
    if (this.#socket.listenerCount('data') === 0) this.#socket.on('data', (bytes: Buffer) => this.#heard(bytes))
    this.#socket.resume()
    return waitUntil('a message', () => {
      while (this.#read < this.#messages.length) {
        const message = this.#messages[this.#read++]
        if (message && isWanted(message)) return message
      }
      return undefined
    })
  }

  /** Texts of a server, each in one frame (RFC 6455 §5.2). */
  #heard(bytes: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes])
    for (;;) {
      const short = (this.#bytes[1] ?? 0) & 0x7f
      const head = short < 126 ? 2 : short === 126 ? 4 : 10
      if (this.#bytes.length < head) return
      const length =
        short < 126 ? short : short === 126 ? this.#bytes.readUInt16BE(2) : Number(this.#bytes.readBigUInt64BE(2))
      if (this.#bytes.length < head + length) return
      const text = this.#bytes.subarray(head, head + length).toString()
      if (this.#bytes[0] === 0x81) this.#messages.push(JSON.parse(text) as EventMessage)
      this.#bytes = this.#bytes.subarray(head + length)
    }
  }
}

async function metric(child: SwarmdChild, name: string): Promise<number> {
  const text = await (await child.get('/metrics')).text()
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1])
}

/** The least of some looks: right after work there is always a little more. */
async function bytesInUse(child: SwarmdChild): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let look = 0; look < 4; look++) least = Math.min(least, (await child.probe()).bytes)
  return least
}
