/** Requests of one command that wait for the service at the same time are few: others ask it too. */
const MOST = 8

/**
 * The work for each item, in order, of which few are under way at a time.
 * @throws what the first failing one threw; then no more is begun
 */
export async function fewAtATime<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
  most = MOST,
): Promise<Result[]> {
  const results: Result[] = []
  const left = items.entries()
  const works = Array.from({ length: Math.min(most, items.length) }, async () => {
    for (const [at, item] of left) results[at] = await work(item)
  })
  try {
    await Promise.all(works)
  } finally {
    // A shared iterator that is at its end gives nothing more to the others.
    for (const _skipped of left);
  }
  return results
}
