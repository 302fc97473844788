/** What the service shows of files that are asked for by their names; see `face.ts`. */
import type { InfoHash } from '../protocol/index.ts'
import { ServiceError } from './face.ts'

export type { ManifestJson as ManifestView } from '../protocol/index.ts'
export type { ManifestRun } from './names/manifest-of.ts'

/** One of several torrents that have the name asked for. */
export interface NameCandidateView {
  readonly infoHash: InfoHash
  /** Bytes, as they say who know it; null: not known yet. */
  readonly length: number | null
  /** To add just this one. */
  readonly magnet: string
}

/** Several torrents have this name: the user has to say which. */
export class NameAmbiguousError extends ServiceError {
  readonly candidates: readonly NameCandidateView[]

  constructor(message: string, candidates: readonly NameCandidateView[]) {
    super('name-ambiguous', message)
    this.candidates = candidates
  }
}
