/**
 * Addresses that somebody else told us of, which nobody has proven: by them a stranger could have us knock at any door of this
 * site, so not every one is believed.
 */
import { ipBytes, isLoopbackIp, type PeerAddress } from '../../protocol/index.ts'

/** Below it live the services of machines, not peers. */
const FIRST_PORT = 1024

type Reach = 'public' | 'private' | 'link' | 'loopback' | 'nowhere'

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

function reachOf(host: string): Reach {
  const bytes = ipBytes(host)
  if (bytes === null) return 'nowhere'
  if (isLoopbackIp(host)) return 'loopback'
  return bytes.length === 4 ? reachOfIpv4(bytes) : reachOfIpv6(bytes)
}

function reachOfIpv4(bytes: Buffer): Reach {
  const [first = 0, second = 0] = bytes
  // 0/8 is nobody; from 224 on are groups, what is reserved, and broadcast.
  if (first === 0 || first === 127 || first >= 224) return 'nowhere'
  if (first === 169 && second === 254) return 'link'
  const isPrivate =
    first === 10 ||
    (first === 172 && second >= 16 && second < 32) ||
    (first === 192 && second === 168) ||
    (first === 100 && second >= 64 && second < 128)
  return isPrivate ? 'private' : 'public'
}

function reachOfIpv6(bytes: Buffer): Reach {
  const [first = 0, second = 0] = bytes
  // Groups; link-local ones, which can't be dialled without the link's name; ::/96 with the unspecified address.
  if (first === 0xff || (first === 0xfe && (second & 0xc0) === 0x80)) return 'nowhere'
  if (bytes.subarray(0, 12).every((byte) => byte === 0)) return 'nowhere'
  return (first & 0xfe) === 0xfc ? 'private' : 'public'
}
