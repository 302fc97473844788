/**
 * The only room that touches sockets, files and timers: adapters between the system and the engines, which see neither.
 *
 * Invariant: nothing that a peer, a tracker or a disk does throws out of here, but as a typed error or a close reason. Whoever
 * opens something can close it, and then no timer and no descriptor is left.
 *
 * May import: `protocol/`, and the ports that `swarm/` and `network/` declare.
 */
export * from './clock.ts'
export { KeyedTurns } from './keyed-turns.ts'
export { ownInterfaces, type OwnInterfaces } from './own-interfaces.ts'
export * from './resolve-host.ts'
export * from './tcp/index.ts'
export * from './udp/index.ts'
export * from './http/index.ts'
export * from './disk/index.ts'
export * from './watch/index.ts'
export * from './lsd/index.ts'
