/**
 * Bytes <-> values: everything two machines say to each other, and the torrent files that say what about.
 *
 * Invariant: pure. No clock, no chance, no socket, no file; the same bytes always give the same value, or a
 * ProtocolError whose code says which rule the other side broke. No input makes a decoder loop, or take more memory
 * than the limits it was given.
 *
 * May import: nothing of `src/`. (`bencode/` uses the npm package of that name, behind its own strict scanner.)
 */
export * from './ids.ts'
export * from './protocol-error.ts'
export * from './ip-address.ts'
export * from './ip-reach.ts'
export * from './bitfield.ts'
export * from './compact-peers.ts'
export * from './bencode/index.ts'
export * from './metainfo/index.ts'
export * from './peer-wire/index.ts'
export * from './extensions/index.ts'
export * from './tracker/index.ts'
export * from './lsd/index.ts'
export * from './magnet/index.ts'
export * from './manifest/index.ts'
