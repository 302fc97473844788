/** Who that calls at the peer port is let in, and to whom it is brought: a swarm, or the network. */
import type { PeerListenerOptions } from '../../io/index.ts'
import { NETWORK_HASH, type Network } from './network.ts'
import type { SwarmRegistry } from '../swarm/swarm-registry.ts'

export function peerGate(swarms: SwarmRegistry, network: Network): Pick<PeerListenerOptions, 'answer' | 'onPeer'> {
  return {
    answer: ({ infoHash }) => {
      if (infoHash === NETWORK_HASH) return network.handshake
      const swarm = swarms.find(infoHash)
      return swarm?.active ? swarm.life.handshake : null
    },
    onPeer: (connection) => {
      const { infoHash } = connection.handshake
      if (infoHash === NETWORK_HASH) return network.adopt(connection)
      const swarm = swarms.find(infoHash)
      if (swarm) swarm.life.adopt(connection)
      else connection.close()
    },
  }
}
