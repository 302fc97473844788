/** Reads `10.0.0.248`, `lab-7:5000`, `[fe80::1]:5000`: a member of the network, port 5000 unless told. */
import { isIPv4, isIPv6 } from 'node:net'

const DEFAULT_PORT = 5000
export const HOST_NAME = /^[a-z0-9](?:[a-z0-9.-]{0,252}[a-z0-9])?$/i

/** @returns null when it is no address */
export function readMemberAddress(text: string): { readonly host: string; readonly port: number } | null {
  if (isIPv6(text)) return { host: text.toLowerCase(), port: DEFAULT_PORT }
  const [, v6, name, digits] = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text) ?? []
  const port = digits === undefined ? DEFAULT_PORT : Number(digits)
  if (port < 1 || port > 65535) return null
  if (v6 !== undefined) return isIPv6(v6) ? { host: v6.toLowerCase(), port } : null
  if (name === undefined) return null
  // Digits and dots alone are an IPv4 address or a mistake, never a name.
  const isHost = /^[\d.]+$/.test(name) ? isIPv4(name) : HOST_NAME.test(name)
  return isHost ? { host: name.toLowerCase(), port } : null
}
