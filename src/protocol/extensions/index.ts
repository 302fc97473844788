/**
 * What peers agree on beyond BEP 3, over message 20 (BEP 10).
 *
 * Invariant: what a peer says of itself is cut to its limits here, and never decides how much memory is taken. Imports
 * `bencode/`, ids, limits and errors of `protocol/` only.
 */
export * from './extension-handshake.ts'
export * from './member-record.ts'
export * from './members-message.ts'
export * from './metadata-message.ts'
export * from './peer-exchange.ts'
