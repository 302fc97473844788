import assert from 'node:assert/strict'
import { FakePeer, type FakePeerOptions } from '../support/fake-peer.ts'
import { inMemoryTorrent, placeContent, type InMemoryTorrent } from '../support/in-memory-torrent.ts'
import { TestService, type LoggedEvent } from '../support/running-service.ts'
import { waitUntil } from '../support/wait-until.ts'

/** A service in one swarm, and peers that mean it ill. */
export class Victim implements AsyncDisposable {
  readonly running: TestService
  readonly torrent: InMemoryTorrent
  readonly #peers: FakePeer[] = []

  private constructor(running: TestService, torrent: InMemoryTorrent) {
    this.running = running
    this.torrent = torrent
  }

  /** It has all of the torrent, or nothing; of a magnet link not even that. */
  static async start(
    part: 'seeder' | 'leech' | 'magnet',
    content = 300_000,
    pieceLength = 32 * 1024,
    isPrivate = false,
  ): Promise<Victim> {
    const running = await TestService.start()
    const torrent = inMemoryTorrent({ name: 'victim.bin', content, pieceLength, isPrivate })
    if (part === 'seeder') await placeContent(running.root, torrent)
    if (part === 'magnet') await running.service.addMagnet(`magnet:?xt=urn:btih:${torrent.metainfo.infoHash}`)
    else await running.join(torrent.bytes)
    return new Victim(running, torrent)
  }

  get infoHash(): InMemoryTorrent['metainfo']['infoHash'] {
    return this.torrent.metainfo.infoHash
  }

  /** A peer that is connected and silent. */
  async connect(options: Partial<FakePeerOptions> = {}): Promise<FakePeer> {
    const peer = await FakePeer.connect({ port: this.running.port, infoHash: this.infoHash, ...options })
    this.#peers.push(peer)
    return peer
  }

  /** A peer whose handshake was answered: it is in the swarm, or was sent away at once. */
  async meet(options: Partial<FakePeerOptions> = {}): Promise<FakePeer> {
    const peer = await FakePeer.shakeHands({ port: this.running.port, infoHash: this.infoHash, ...options })
    this.#peers.push(peer)
    const isKnown = ({ event, fields }: LoggedEvent): boolean =>
      (event === 'peer.connected' || event === 'peer.closed') && fields['peer'] === peer.address
    await waitUntil('the service to know the peer', () => this.running.log.some(isKnown), { intervalMs: 2 })
    return peer
  }

  /** Why the service ended the connection to this peer, which it said once and for all. */
  async reason(peer: FakePeer, timeoutMs = 30_000): Promise<unknown> {
    const of = ({ peer: address }: Readonly<Record<string, unknown>>): boolean => address === peer.address
    const { reason } = await this.running.logged('peer.closed', of, timeoutMs)
    if (!peer.socket.isPaused()) await peer.ended()
    assert.equal(this.running.events('peer.closed').filter(of).length, 1, 'a connection ends once')
    return reason
  }

  /** A bystander is served: the service is as it was. */
  async servesOthers(): Promise<void> {
    const bystander = await this.meet()
    bystander.frame(2)
    await bystander.receives(1)
    bystander.request(0, 0, 1024)
    const { payload } = await bystander.receives(7)
    assert.ok(payload.subarray(8).equals(this.torrent.content.subarray(0, 1024)))
    bystander.close()
    await this.reason(bystander)
    this.hasNoBug()
  }

  hasNoBug(): void {
    assert.deepEqual(this.running.events('bug'), [])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const peer of this.#peers) peer.close()
    await this.running[Symbol.asyncDispose]()
  }
}
