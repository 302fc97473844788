/**
 * Addresses that somebody else told us of, which nobody has proven: by them a stranger could have us knock at any door of this
 * site, so not every one is believed.
 */
import { reachOf, type PeerAddress, type Reach } from '../../protocol/index.ts'

/** Below it live the services of machines, not peers. */
const FIRST_PORT = 1024

/**
 * Whether to connect to an address of which the peer at `teller` told us: it has to be one where a peer can listen, and no nearer
 * to us than the teller itself. (Somebody on the internet has nothing to say about this site, nobody but a peer of this
 * machine about this machine.)
 */
export function isBelievable(address: PeerAddress, teller: string): boolean {
  if (address.port < FIRST_PORT || address.port > 65535) return false
  const reach = reachOf(address.host)
  if (reach === 'nowhere') return false
  return RANK[reach] >= RANK[reachOf(teller)]
}

const RANK: Record<Reach, number> = { loopback: 0, link: 1, private: 2, public: 3, nowhere: 4 }
