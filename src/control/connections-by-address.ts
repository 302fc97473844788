import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { isLoopback } from './loopback.ts'
import { networkOf } from './network-of.ts'

/** More than all events and files that can be read at a time, which a proxy may ask for everybody behind it. */
const MOST_OF_ONE = 100
/** So many more hear why they are refused; the others are closed as they come. */
const MOST_REFUSED = 16

export interface AddressLimits {
  /** Says why, and closes the connection soon. */
  readonly refuse: (socket: Socket) => void
  /** Who may have as many as they like: this machine itself, where proxies and many programs may be. */
  readonly isExempt?: (socket: Socket) => boolean
}

/** Who calls one of our addresses from that very address is here too. */
const isOfThisMachine = ({ remoteAddress = '', localAddress }: Socket): boolean =>
  isLoopback(remoteAddress) || remoteAddress === localAddress

/**
 * Nobody takes all connections of a server: one address (with IPv6, one /64 that is not ours too) has 100 of them at most.
 * @returns whether a connection is one too many, so that what is asked on it is not to be answered
 */
export function limitByAddress(
  server: Server,
  { refuse, isExempt = isOfThisMachine }: AddressLimits,
): (socket: Socket) => boolean {
  const connections = new Map<string, number>()
  const refused = new WeakSet<Socket>()
  server.on('connection', (socket: Socket) => {
    const { remoteAddress, localAddress } = socket
    // It is gone already.
    if (remoteAddress === undefined || isExempt(socket)) return
    const network = networkOf(remoteAddress, localAddress)
    const count = (connections.get(network) ?? 0) + 1
    connections.set(network, count)
    socket.once('close', () => {
      const left = (connections.get(network) ?? 0) - 1
      if (left > 0) connections.set(network, left)
      else connections.delete(network)
    })
    if (count <= MOST_OF_ONE) return
    refused.add(socket)
    // Also when it becomes another protocol's, and nobody else listens.
    socket.on('error', () => socket.destroy())
    if (count > MOST_OF_ONE + MOST_REFUSED) socket.destroy()
    else refuse(socket)
  })
  return (socket) => refused.has(socket)
}
