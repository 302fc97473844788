/** IP addresses as text and as bytes. One address has one text here, so that texts can be compared. */

const IPV6_GROUP = /^[0-9a-f]{1,4}$/i
const IPV6_GROUPS = 8

/**
 * The 4 or 16 bytes of an address, in network order; null for any other text (a name, `127.1`, `0x7f.0.0.1`).
 *
 * IPv4 inside of IPv6 (`::ffff:10.0.0.1`, as a dual-stack socket says it) is taken for the IPv4 address that it is. A zone
 * (`fe80::1%eth0`) is dropped: it means something on one machine only.
 */
export function ipBytes(text: string): Buffer | null {
  if (!text.includes(':')) return ipv4Bytes(text)
  const bytes = ipv6Bytes(text)
  return bytes !== null && isIpv4Mapped(bytes) ? bytes.subarray(12) : bytes
}

/**
 * `10.0.0.1` for 4 bytes, `fe80::1` (as RFC 5952 writes it) for 16.
 *
 * @throws RangeError for another number of bytes.
 */
export function ipText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.')
  if (bytes.length !== 16) throw new RangeError(`an IP address has 4 or 16 bytes, not ${bytes.length}`)
  if (isIpv4Mapped(bytes)) return bytes.subarray(12).join('.')
  const groups = Array.from({ length: IPV6_GROUPS }, (_, at) => {
    return (((bytes[2 * at] as number) << 8) | (bytes[2 * at + 1] as number)).toString(16)
  })
  const zeros = longestZeros(groups)
  if (zeros.length < 2) return groups.join(':')
  return `${groups.slice(0, zeros.start).join(':')}::${groups.slice(zeros.start + zeros.length).join(':')}`
}

/** The one text of this address, or null when it is none. */
export function canonicalIp(text: string): string | null {
  if (ipv4Number(text) >= 0) return text
  const bytes = ipBytes(text)
  return bytes === null ? null : ipText(bytes)
}

/** Is this the address of the machine itself, 127.0.0.0/8 or ::1? Takes canonical texts. */
export function isLoopbackIp(host: string): boolean {
  return host.startsWith('127.') || host === '::1'
}

/**
 * The 4 bytes of the IPv4 address at which packets to an IPv6 address end: behind a translator (64:ff9b::/96, RFC 6052), or at a
 * 6to4 router (2002::/16, RFC 3056). null: they end nowhere in IPv4. By either rule that address has to be a public one.
 * @param bytes 4 or 16
 */
export function ipv4Behind(bytes: Buffer): Buffer | null {
  if (bytes.length !== 16) return null
  if (bytes.readUInt16BE(0) === SIX_TO_FOUR) return bytes.subarray(2, 6)
  return bytes.subarray(0, 12).equals(TRANSLATED) ? bytes.subarray(12) : null
}

const SIX_TO_FOUR = 0x2002
const TRANSLATED = Buffer.from('0064ff9b0000000000000000', 'hex')

function ipv4Bytes(text: string): Buffer | null {
  const number = ipv4Number(text)
  if (number < 0) return null
  const bytes = Buffer.allocUnsafe(4)
  bytes.writeUInt32BE(number)
  return bytes
}

/**
 * An IPv4 address in dots as a 32-bit number, 10.0.0.1 as 0x0a000001; -1 for any other text. Reads the characters one by
 * one and makes nothing: the tracker asks this of every address it is given and gives.
 */
export function ipv4Number(text: string): number {
  let address = 0
  let number = -1
  let dots = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === DOT) {
      if (number < 0 || ++dots > 3) return -1
      address = address * 256 + number
      number = -1
    } else {
      // A number has no digit before it that is 0, and ends at 255.
      if (code < DIGIT_0 || code > DIGIT_0 + 9 || number === 0) return -1
      number = (number < 0 ? 0 : number * 10) + code - DIGIT_0
      if (number > 255) return -1
    }
  }
  return dots === 3 && number >= 0 ? address * 256 + number : -1
}

const DOT = 0x2e
const DIGIT_0 = 0x30

function ipv6Bytes(text: string): Buffer | null {
  const [address = ''] = text.split('%', 1)
  const [head = '', tail, ...more] = address.split('::')
  if (more.length > 0) return null
  const before = ipv6Groups(head, tail === undefined)
  const after = ipv6Groups(tail ?? '', true)
  if (before === null || after === null) return null
  const zeros = IPV6_GROUPS - before.length - after.length
  if (tail === undefined ? zeros !== 0 : zeros < 1) return null
  const bytes = Buffer.alloc(16)
  for (const [at, group] of before.entries()) bytes.writeUInt16BE(group, 2 * at)
  for (const [at, group] of after.entries()) bytes.writeUInt16BE(group, 2 * (before.length + zeros + at))
  return bytes
}

/** The 16-bit groups in one half of an IPv6 address. The last two of all may be written as an IPv4 address. */
function ipv6Groups(text: string, isEnd: boolean): number[] | null {
  if (text === '') return []
  const groups: number[] = []
  const parts = text.split(':')
  for (const [at, part] of parts.entries()) {
    const ipv4 = isEnd && at === parts.length - 1 ? ipv4Bytes(part) : null
    if (ipv4 !== null) groups.push(ipv4.readUInt16BE(0), ipv4.readUInt16BE(2))
    else if (IPV6_GROUP.test(part)) groups.push(Number.parseInt(part, 16))
    else return null
  }
  return groups
}

/** ::ffff:0:0/96 (RFC 4291 §2.5.5.2). */
function isIpv4Mapped(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff
}

/** The longest run of zero groups, the first of equals: it is what `::` stands for. */
function longestZeros(groups: readonly string[]): { start: number; length: number } {
  let best = { start: 0, length: 0 }
  let start = 0
  for (let at = 0; at <= groups.length; at++) {
    if (groups[at] === '0') continue
    if (at - start > best.length) best = { start, length: at - start }
    start = at + 1
  }
  return best
}

/** How many leading bits two addresses share: the more, the nearer in the network. 0 for IPv4 against IPv6. */
export function commonPrefixBits(a: string, b: string): number {
  const [left, right] = [ipBytes(a), ipBytes(b)]
  if (left === null || right === null || left.length !== right.length) return 0
  for (const [at, byte] of left.entries()) {
    const difference = byte ^ (right[at] as number)
    if (difference !== 0) return 8 * at + Math.clz32(difference) - 24
  }
  return 8 * left.length
}
