/**
 * How peers and trackers talk over HTTP (BEP 3, 7, 23, 24, 48) and UDP (BEP 15): the request in both directions, the
 * answer in both directions, and the many ways to name a tracker.
 *
 * Invariant: query strings are bytes, never UTF-8; what a tracker answers is cut to sane limits here. Imports `bencode/`,
 * compact peers, ids and errors of `protocol/` only.
 */
export * from './announce-request.ts'
export * from './announce-reply.ts'
export * from './announce-url.ts'
export { MAX_QUERY_LENGTH } from './query-walk.ts'
export * from './scrape.ts'
export * from './udp-request.ts'
export * from './udp-reply.ts'
