/**
 * Manifests: what a file that is asked for by its name is made of, and who has which piece. They travel as JSON over HTTP, on the
 * port where peers are let in.
 *
 * Invariant: an answer is hostile text of any length until it is decoded; a Manifest is within its limits and agrees with
 * itself, and every name in it is safe to show as one element of a path. Whether it is true is for the info hash to prove.
 *
 * May import: ids.ts, ip-address.ts, protocol-error.ts, metainfo, and the percent-encoding of `tracker/`.
 */
export { decodeManifest, decodeNameChoice } from './decode-manifest.ts'
export {
  encodeManifest,
  encodeNameChoice,
  MANIFEST_LIMITS,
  manifestJson,
  manifestPieces,
  type Manifest,
  type ManifestJson,
  type ManifestPiece,
  type NameCandidate,
  type NameChoice,
} from './manifest.ts'
export { formatManifestTarget, parseManifestTarget, type ManifestQuery } from './manifest-target.ts'
