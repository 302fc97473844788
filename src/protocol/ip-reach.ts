/** How far an IP address reaches: to this machine, this link, this site's networks, or the world. */
import { ipBytes, ipv4Behind, isLoopbackIp } from './ip-address.ts'

/** `nowhere`: a group, a broadcast address, or one that can't be called, or that nobody may have. */
export type Reach = 'public' | 'private' | 'link' | 'loopback' | 'nowhere'

/** Whether it is on this machine or in this site's networks. */
export function isOnSite(host: string): boolean {
  const reach = reachOf(host)
  return reach !== 'public' && reach !== 'nowhere'
}

/** Of an IP address as text; what is none is `nowhere`. */
export function reachOf(host: string): Reach {
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
  const behind = ipv4Behind(bytes)
  if (behind !== null && reachOfIpv4(behind) !== 'public') return 'nowhere'
  return (first & 0xfe) === 0xfc ? 'private' : 'public'
}
