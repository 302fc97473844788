/**
 * Magnet links: a torrent's info hash, and where to ask for the rest (BEP 9 §magnet URI format).
 *
 * Invariant: a link is hostile text of any length until it is parsed; a MagnetLink is within its limits. May import:
 * ids.ts, ip-address.ts, foreign-text.ts, protocol-error.ts and the percent-encoding of `tracker/`.
 */
export { formatMagnet } from './format-magnet.ts'
export { MAGNET_LIMITS, type MagnetLink, type MagnetPeer } from './magnet-link.ts'
export { parseMagnet } from './parse-magnet.ts'
