/** TCP to and from peers: connections with handshakes done, the peer port, and the ports we call from. */
export * from './client-ports.ts'
export { DialGate, type DialBounds } from './dial-gate.ts'
export * from './dial-peer.ts'
export { PeerConnection } from './peer-connection.ts'
export type { PeerConnectionSink } from './peer-connection.ts'
export { PeerListener } from './peer-listener.ts'
export type { ListenerCounters, PeerListenerOptions, RefusalReason } from './peer-listener.ts'
export { readSendQueues, SendQueues } from './send-queues.ts'
