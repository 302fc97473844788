import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BLOCK, FakePeer, ID, frameBytes, uint32 } from '../support/fake-peer.ts'
import { inMemoryTorrent, placeContent, type InMemoryTorrent } from '../support/in-memory-torrent.ts'
import { ScratchFolder } from '../support/scratch-folder.ts'
import { SwarmdChild } from '../support/swarmd-child.ts'
import { waitUntil } from '../support/wait-until.ts'

const MIB = 1024 * 1024

/** Each test has a process of its own, so that nothing but the crime is measured. */
class Accused implements AsyncDisposable {
  readonly child: SwarmdChild
  readonly torrent: InMemoryTorrent
  readonly #scratch: ScratchFolder
  readonly #peers: FakePeer[] = []

  private constructor(child: SwarmdChild, torrent: InMemoryTorrent, scratch: ScratchFolder) {
    this.child = child
    this.torrent = torrent
    this.#scratch = scratch
  }

  static async start(content: number): Promise<Accused> {
    const scratch = await ScratchFolder.create()
    const torrent = inMemoryTorrent({ name: 'memory.bin', content, pieceLength: 256 * 1024 })
    await placeContent(scratch.path, torrent)
    const { child } = await SwarmdChild.start({ root: scratch.path, args: ['--max-connections', '400'] })
    await child.addTorrent(torrent.bytes)
    const { infoHash } = torrent.metainfo
    await waitUntil('it to seed', async () => (await child.swarm(infoHash)).status === 'seeder')
    return new Accused(child, torrent, scratch)
  }

  async connect(): Promise<FakePeer> {
    const peer = await FakePeer.connect({ port: this.child.port, infoHash: this.torrent.metainfo.infoHash })
    this.#peers.push(peer)
    return peer
  }

  async meet(): Promise<FakePeer> {
    const peer = await this.connect()
    peer.handshake()
    await waitUntil('a handshake', () => peer.theirPeerId !== null, { intervalMs: 2 })
    return peer
  }

  /** One that was unchoked. */
  async meetUnchoked(): Promise<FakePeer> {
    const peer = await this.meet()
    peer.frame(ID.interested)
    await peer.receives(ID.unchoke)
    return peer
  }

  /** An honest peer gets a block; returns how long it took in ms. */
  async serves(): Promise<number> {
    const started = performance.now()
    const peer = await this.meetUnchoked()
    peer.request(0, 0)
    await peer.receives(ID.piece)
    peer.close()
    return performance.now() - started
  }

  hasNoBug(): void {
    assert.deepEqual(
      this.child.errors.filter((line) => line.includes('"bug"')),
      [],
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const peer of this.#peers) peer.close()
    await this.child.kill()
    await this.#scratch[Symbol.asyncDispose]()
  }
}

describe('memory', { timeout: 240_000 }, () => {
  it('grows by less than 64 MiB when 200 peers announce a message of 4 GiB', async () => {
    await using accused = await Accused.start(MIB)
    const before = accused.child.memory().now
    const junk = Buffer.alloc(64 * 1024)
    const peers = await Promise.all(Array.from({ length: 200 }, () => accused.connect()))
    for (const peer of peers) peer.send(Buffer.concat([peer.handshakeBytes(), uint32(0xffffffff), junk]))
    await waitUntil('all to be sent away', () => peers.every(({ isClosed }) => isClosed))
    const grown = accused.child.memory().peak - before
    assert.ok(grown < 64 * MIB, `grew by ${grown / MIB} MiB`)
    await accused.serves()
    accused.hasNoBug()
  })

  it('grows by less than 64 MiB when 50 peers announce the longest message there is, and send none of it', async () => {
    await using accused = await Accused.start(MIB)
    const before = accused.child.memory().now
    const peers = await Promise.all(Array.from({ length: 50 }, () => accused.meet()))
    for (const peer of peers)
      peer.send(Buffer.concat([uint32(256 * 1024), Buffer.from([ID.bitfield]), Buffer.alloc(8)]))
    for (const peer of peers.slice(0, 3)) peer.close()
    await accused.serves()
    const grown = accused.child.memory().peak - before
    assert.ok(grown < 64 * MIB, `grew by ${grown / MIB} MiB`)
  })

  it('grows by less than 128 MiB when 200 peers ask for 2,000 blocks each from all over and read nothing', async () => {
    await using accused = await Accused.start(300 * MIB)
    const { infoHash, pieceCount } = accused.torrent.metainfo
    const before = accused.child.memory().now
    const peers: FakePeer[] = []
    // Not all at once: half-open sockets are counted, too.
    while (peers.length < 200) peers.push(...(await Promise.all(Array.from({ length: 25 }, () => accused.meet()))))
    for (const [at, peer] of peers.entries()) {
      peer.onFrame(({ id }) => {
        if (id !== ID.unchoke) return
        peer.stopReading()
        // Blocks far from each other: what one block keeps in memory must not be much more than itself.
        const asked = Array.from({ length: 2000 }, (_, turn) => {
          const index = (at * 101 + turn * 4) % pieceCount
          return frameBytes(ID.request, uint32(index, BLOCK * (turn % 16), BLOCK))
        })
        peer.send(Buffer.concat(asked))
      })
      peer.frame(ID.interested)
    }
    const stuck = async (): Promise<boolean> => {
      const answer = (await (await accused.child.get(`/swarms/${infoHash}/peers`)).json()) as {
        items: { uploadQueue: number; amChoking: boolean }[]
      }
      return answer.items.filter(({ uploadQueue, amChoking }) => !amChoking && uploadQueue > 50).length === 4
    }
    await waitUntil('all slots to be stuck', stuck, { timeoutMs: 60_000 })
    let sent = -1
    await waitUntil(
      'nothing to be sent any more',
      async () => {
        const last = sent
        sent = (await accused.child.swarm(infoHash)).uploaded
        return sent === last
      },
      { intervalMs: 300 },
    )
    const grown = accused.child.memory().peak - before
    assert.ok(grown < 128 * MIB, `grew by ${grown / MIB} MiB`)
    accused.hasNoBug()
  })

  for (const [requests, mebibytes] of [
    [100_000, 48],
    [1_000_000, 64],
  ] as const)
    it(`grows by less than ${mebibytes} MiB when a peer makes ${requests} requests and reads no answer`, async () => {
      await using accused = await Accused.start(4 * MIB)
      const flooder = await accused.meetUnchoked()
      const before = accused.child.memory().now
      flooder.stopReading()
      for (let round = 0; round < 20; round++) flooder.floodRequests(requests / 20)
      const ms = await accused.serves()
      assert.ok(ms < 20_000, `another peer waited ${ms} ms`)
      const isOver = (): boolean => flooder.socket.writableLength === 0 || flooder.isClosed
      await waitUntil('the flood to be taken in, or ended', isOver)
      const grown = accused.child.memory().peak - before
      assert.ok(grown < mebibytes * MIB, `grew by ${grown / MIB} MiB`)
      accused.hasNoBug()
    })

  it('leaves others nine tenths of their rate when a peer makes 100,000 requests in a second', async () => {
    await using accused = await Accused.start(16 * MIB)
    const honest = await accused.meetUnchoked()
    const flooder = await accused.meetUnchoked()
    // What it gets is of no interest, and reading it would cost this process more than sending it costs the other.
    flooder.socket.removeAllListeners('data').resume()
    let asked = 0
    let ticks = 0
    const TICKS = 40
    await new Promise<void>((resolve) => {
      const pace = setInterval(() => {
        // 5 MiB/s, evenly, for two seconds; the flood lies in their midst.
        for (let block = 0; block < 16; block++, asked++) honest.request(asked >> 4, (asked & 15) * BLOCK)
        if (ticks >= 10 && ticks < 30) flooder.floodRequests(5000)
        if (++ticks < TICKS) return
        clearInterval(pace)
        resolve()
      }, 50)
    })
    // The last two ticks may be on their way still.
    await waitUntil('nine tenths of the blocks', () => honest.count(ID.piece) >= asked * 0.9, { timeoutMs: 500 })
    await waitUntil('all blocks', () => honest.count(ID.piece) === asked)
    accused.hasNoBug()
  })
})
