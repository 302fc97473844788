/**
 * A program: tells a tracker registry a million random announces, as they come over UDP, nearly all for a swarm of its own.
 * Writes what became of it to stdout as JSON.
 */
import { TrackerRegistry } from '../../src/network/index.ts'
import {
  decodeUdpAnnounce,
  encodeUdpAnnounceReply,
  infoHashFromBytes,
  peerIdFromBytes,
  type InfoHash,
} from '../../src/protocol/index.ts'
import { seededRandom } from './seeded-random.ts'

export interface MillionAnnounces {
  /** Resident memory, its highest against that before the first. */
  readonly grownBytes: number
  readonly sizes: TrackerRegistry['sizes']
  /** Of the tracker's own swarms, those that name its own peer first. */
  readonly ownNamed: number
  /** In one swarm; at one address in one swarm; in one answer. */
  readonly mostPeers: number
  readonly mostPorts: number
  readonly mostNamed: number
}

const OWN = 10
const random = seededRandom(24)
const upTo = (most: number): number => Math.floor(random() * most)
const ownId = peerIdFromBytes(Buffer.from('-SW0100-own-peer-id-'))
const ours = Array.from({ length: OWN }, (_, n) => infoHashFromBytes(Buffer.alloc(20, 1 + n)))
const registry = new TrackerRegistry({ random })
for (const infoHash of ours) registry.setOwnPeer(infoHash, { peerId: ownId, port: 5000, left: 0 })

const before = process.memoryUsage.rss()
let highest = before
let mostNamed = 0
const bytes = Buffer.alloc(98)
bytes.writeInt32BE(-1, 92)
for (let now = 0; now < 1_000_000; now++) {
  for (let at = 16; at < 56; at += 4) bytes.writeUInt32BE(upTo(2 ** 32), at)
  if (now % 50 === 0) bytes.fill(1 + upTo(OWN), 16, 36)
  bytes.writeUInt32BE(upTo(2), 68)
  bytes.writeUInt16BE(1 + upTo(65535), 96)
  const answer = registry.announce(decodeUdpAnnounce(bytes), `10.0.${upTo(8)}.${upTo(256)}`, now / 100, '10.0.0.248', 4)
  mostNamed = Math.max(mostNamed, encodeUdpAnnounceReply(1, answer, 4).length / 6 - 3)
  if (now % 5000 === 0) highest = Math.max(highest, process.memoryUsage.rss())
}

const portsOf = (infoHash: InfoHash): number => {
  const ports = new Map<string, number>()
  for (const { host } of registry.peers(infoHash)) ports.set(host, (ports.get(host) ?? 0) + 1)
  return Math.max(...ports.values())
}
const late = decodeUdpAnnounce(bytes)
const seen: MillionAnnounces = {
  grownBytes: highest - before,
  sizes: registry.sizes,
  mostPeers: Math.max(...ours.map((infoHash) => registry.peers(infoHash).length)),
  mostPorts: Math.max(...ours.map(portsOf)),
  mostNamed: Math.floor(mostNamed),
  ownNamed: ours.filter((infoHash) => {
    const { peers } = registry.announce({ ...late, infoHash, left: 1 }, '10.9.9.9', 10_000, '10.0.0.248')
    return peers[0]?.peerId === ownId
  }).length,
}
process.stdout.write(JSON.stringify(seen))
