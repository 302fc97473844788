/** UDP: the peer port for datagrams, and announces to trackers over UDP. */
export * from './nearest-address.ts'
export * from './udp-port.ts'
export * from './udp-tracker-client.ts'
