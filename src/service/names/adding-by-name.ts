/** Adds a swarm by the name of its file: one that is here, or one that others know. */
import type { NamedTorrent, NameOutcome } from '../../network/index.ts'
import {
  addressKey,
  formatMagnet,
  MAGNET_LIMITS,
  MANIFEST_LIMITS,
  sanitisePathElement,
  type PeerAddress,
} from '../../protocol/index.ts'
import { isBelievable } from '../../swarm/index.ts'
import { ServiceError } from '../face.ts'
import { NameAmbiguousError } from '../names-face.ts'
import { MagnetSwarm } from '../magnet/magnet-swarm.ts'
import type { Added, AnySwarm, SwarmRegistry } from '../swarm/swarm-registry.ts'
import type { NameFinder } from './name-finder.ts'
import { swarmsByName } from './swarms-by-name.ts'

/**
 * @throws ServiceError invalid-name, name-not-found, name-ambiguous (as NameAmbiguousError), and those of a magnet link
 */
export async function addByName(name: string, swarms: SwarmRegistry, finder: NameFinder): Promise<Added> {
  if (name.length > MANIFEST_LIMITS.nameBytes || sanitisePathElement(name) !== name) {
    throw new ServiceError(
      'invalid-name',
      `A torrent is named by one element of a path of ${MANIFEST_LIMITS.nameBytes} bytes at most, without slashes and control characters.`,
    )
  }
  const here = swarmsByName(swarms.all, name)
  const [swarm, another] = here
  if (swarm && another) throw ambiguous(name, here.map(candidateOf))
  if (swarm) return { swarm, created: false }
  const torrent = theOne(name, await finder.find(name))
  return swarms.addMagnet(linkTo(name, torrent), name)
}

function theOne(name: string, outcome: NameOutcome): NamedTorrent {
  if (outcome.type === 'found') return outcome.torrent
  if (outcome.type === 'not-found') throw new ServiceError('name-not-found', notFound(name, outcome))
  const candidates = outcome.torrents.map((torrent) => {
    return { infoHash: torrent.infoHash, length: torrent.length, magnet: linkTo(name, torrent) }
  })
  throw ambiguous(name, candidates)
}

function notFound(name: string, { asked, answered }: { readonly asked: number; readonly answered: number }): string {
  if (asked === 0) {
    return `There is nobody to ask for ${name}: no other member of the network is known. Name one that runs in the setting peers (--peers HOST).`
  }
  const peers = asked === 1 ? '1 peer was asked' : `${asked} peers were asked`
  const silent = asked - answered
  return `${peers} for ${name}, and none has it${silent === 0 ? '' : `; ${silent} of them gave no answer`}.`
}

function ambiguous(name: string, candidates: NameAmbiguousError['candidates']): NameAmbiguousError {
  const each = candidates.map(({ infoHash, length }) => `${infoHash}${length === null ? '' : ` (${length} bytes)`}`)
  return new NameAmbiguousError(`${candidates.length} torrents have the name ${name}: ${each.join(', ')}.`, candidates)
}

function candidateOf(swarm: AnySwarm): NameAmbiguousError['candidates'][number] {
  const { infoHash, name } = swarm.about
  const length = swarm instanceof MagnetSwarm ? null : swarm.metainfo.length
  return { infoHash, length, magnet: formatMagnet({ infoHash, name, trackers: [], peers: [] }) }
}

/** Who told of it has its metadata; who has its pieces, as they say, comes next. */
function linkTo(name: string, { infoHash, tellers, manifests }: NamedTorrent): string {
  const peers = new Map<string, PeerAddress>()
  for (const teller of tellers) peers.set(addressKey(teller), teller)
  for (const { teller, manifest } of manifests) {
    for (const holder of manifest.pieces.flatMap(({ holders }) => holders)) {
      if (peers.size < MAGNET_LIMITS.peers && isBelievable(holder, teller.host)) peers.set(addressKey(holder), holder)
    }
  }
  return formatMagnet({ infoHash, name, trackers: [], peers: [...peers.values()].slice(0, MAGNET_LIMITS.peers) })
}
