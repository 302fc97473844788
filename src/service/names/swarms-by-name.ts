import { MagnetSwarm } from '../magnet/magnet-swarm.ts'
import type { AnySwarm } from '../swarm/swarm-registry.ts'
import type { Swarm } from '../swarm/swarm.ts'
import { sameName } from './same-name.ts'

/**
 * Swarms whose torrent has this name, or, as long as there is no metadata, those that were asked for by it. What a magnet link calls
 * its torrent counts for nothing, and no more does a name that has turned out wrong.
 */
export function swarmsByName(swarms: readonly AnySwarm[], name: string): AnySwarm[] {
  return swarms.filter((swarm) => {
    if (!(swarm instanceof MagnetSwarm)) return sameName(swarm.metainfo.name, name)
    const known = swarm.knownName
    return known !== null && !known.wasWrong && sameName(known.name, name)
  })
}

/** Those of which anybody may know: not the private ones (BEP 27), nor what the user has stopped. */
export function publicByName(swarms: readonly AnySwarm[], name: string): Swarm[] {
  return swarmsByName(swarms, name).flatMap((swarm) => {
    if (swarm instanceof MagnetSwarm || swarm.metainfo.isPrivate) return []
    return swarm.settings.desired === 'started' ? [swarm] : []
  })
}
