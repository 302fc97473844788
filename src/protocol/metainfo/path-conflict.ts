/** Paths that can't all exist in one directory. */

/** A sanitised name never has this, and no character sorts before it. */
const SEPARATOR = '\0'

/** Characters shown of a path that somebody else chose. */
const SHOWN = 200

/**
 * A path that is there twice, or is a file and a directory at once, as text to show; null if all go together.
 *
 * In sorted order both kinds of conflict are neighbours, so that 100,000 equal names cost no more than any others.
 */
export function findPathConflict(paths: readonly (readonly string[])[]): string | null {
  const sorted = paths.map((path) => path.join(SEPARATOR)).sort()
  for (let i = 1; i < sorted.length; i++) {
    const before = sorted[i - 1]!
    const path = sorted[i]!
    if (path === before || path.startsWith(before + SEPARATOR)) {
      return before.replaceAll(SEPARATOR, '/').slice(0, SHOWN)
    }
  }
  return null
}
