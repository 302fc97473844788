/**
 * How two peers talk: the handshake, the messages, and the decoder that finds messages in a stream.
 *
 * Invariant: a length is checked before a byte is kept for it. Imports ids and errors of `protocol/` only.
 */
export * from './handshake.ts'
export * from './messages.ts'
export * from './frame-decoder.ts'
