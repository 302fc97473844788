/** What the tests of the tracker registry have in common: two torrents, and short ways to say who announces. */

import { TrackerRegistry } from '../../src/network/tracker-registry.ts'
import type { AnnounceAnswer, TrackerRegistryOptions } from '../../src/network/tracker-registry.ts'
import { infoHashFromBytes, peerIdFromBytes } from '../../src/protocol/ids.ts'
import type { InfoHash, PeerId } from '../../src/protocol/ids.ts'
import type { AnnounceRequest } from '../../src/protocol/tracker/announce-request.ts'
import { seededRandom } from '../support/seeded-random.ts'

export const HERE = '10.0.0.248'
export const hash = infoHashFromBytes(Buffer.alloc(20, 1))
export const otherHash = infoHashFromBytes(Buffer.alloc(20, 2))
export const peerId = (name: string): PeerId => peerIdFromBytes(Buffer.from(name.padEnd(20, '-')))
export const ownId = peerId('own')

export const registry = (options: Partial<TrackerRegistryOptions> = {}): TrackerRegistry =>
  new TrackerRegistry({ random: seededRandom(1), ...options })

export const request = (name: string, more: Partial<AnnounceRequest> = {}): AnnounceRequest => ({
  infoHash: hash,
  peerId: peerId(name),
  port: 5000,
  uploaded: 0,
  downloaded: 0,
  left: 100,
  numWant: -1,
  compact: true,
  noPeerId: false,
  ...more,
})

export const hosts = (answer: AnnounceAnswer): string[] =>
  answer.peers.map((peer) => `${peer.host}:${peer.port}`).sort()
export const known = (tracker: TrackerRegistry, infoHash: InfoHash = hash): string[] =>
  tracker.peers(infoHash).map((peer) => `${peer.host}:${peer.port}`)
