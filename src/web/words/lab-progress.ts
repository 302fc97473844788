interface LabMember {
  readonly state: 'alive' | 'suspect' | 'gone'
  readonly swarms: readonly {
    readonly infoHash: string
    readonly name: string | null
    readonly progress: number
    readonly etaSeconds: number | null
    readonly isStuck: boolean
  }[]
}

/** One swarm over all machines that take part. */
export interface LabProgress {
  readonly infoHash: string
  readonly name: string | null
  /** Those that are not gone. */
  readonly machines: number
  readonly complete: number
  readonly stuck: number
  /** Gone before they were complete. */
  readonly gone: number
  /** 0 … 1: the mean of the machines. */
  readonly progress: number
  /** Until the last machine is complete; null when one of them does not know, or is stuck. */
  readonly etaSeconds: number | null
}

/** The swarms that several machines take part in, the least complete first. */
export function labProgress(members: readonly LabMember[]): LabProgress[] {
  const shares = members.flatMap(({ state, swarms }) => swarms.map((swarm) => ({ ...swarm, isGone: state === 'gone' })))
  const byHash = Map.groupBy(shares, ({ infoHash }) => infoHash)
  return Array.from(byHash, ([infoHash, all]): LabProgress => {
    const here = all.filter(({ isGone }) => !isGone)
    const coming = here.filter(({ progress }) => progress < 1)
    const etas = coming.map(({ etaSeconds, isStuck }) => (isStuck ? null : etaSeconds))
    return {
      infoHash,
      name: all.find(({ name }) => name !== null)?.name ?? null,
      machines: here.length,
      complete: here.length - coming.length,
      stuck: coming.filter(({ isStuck }) => isStuck).length,
      gone: all.filter(({ isGone, progress }) => isGone && progress < 1).length,
      progress: here.length === 0 ? 0 : here.reduce((sum, { progress }) => sum + progress, 0) / here.length,
      etaSeconds: etas.reduce<number | null>(
        (last, eta) => (last === null || eta === null ? null : Math.max(last, eta)),
        0,
      ),
    }
  })
    .filter(({ machines }) => machines > 1)
    .sort((a, b) => a.progress - b.progress || (a.infoHash < b.infoHash ? -1 : 1))
}

/** As people count machines: lab-9 before lab-10. Who is gone stays in its place, so that nobody jumps about. */
export function inLabOrder<Machine extends { readonly name: string; readonly memberId: string }>(
  machines: readonly Machine[],
): Machine[] {
  const names = new Intl.Collator('en', { numeric: true })
  return machines.toSorted((a, b) => names.compare(a.name, b.name) || (a.memberId < b.memberId ? -1 : 1))
}
