/**
 * What peers of one LAN shout to each other (BEP 14).
 *
 * Invariant: anybody on the link can say anything here; whatever it is, the answer is a short list or a ProtocolError.
 * Imports ids and errors of `protocol/` only.
 */
export * from './lsd-announce.ts'
