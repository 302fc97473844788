/** How soon a tracker that gave no good answer is asked again. */
import { isOnSite } from '../../protocol/index.ts'

/** ms: the wait after the first failure, which doubles with each further one, and the longest. */
interface Pace {
  readonly first: number
  readonly longest: number
}

/** A tracker of the world has thousands who ask it. */
const FAR: Pace = { first: 15_000, longest: 30 * 60_000 }
/**
 * One on this site is a peer like us, which may boot at the same time or be started again: asked soon, and never less than
 * half as often as one that answers.
 */
const NEAR: Pace = { first: 2_000, longest: 60_000 }

/**
 * ms to wait.
 * @param failures in a row, this one not counted
 */
export function retryAfter(url: string, failures: number): number {
  const { first, longest } = isNear(url) ? NEAR : FAR
  return Math.min(longest, first * 2 ** failures)
}

/** By address alone: a name may be anybody's. */
function isNear(url: string): boolean {
  const [, host = ''] = /^\w+:\/\/\[?([\d.]+|[\da-f:.]+\])(?:[:/]|$)/i.exec(url) ?? []
  const address = host.replace(']', '')
  return isOnSite(address)
}
