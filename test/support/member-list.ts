import type { MemberView } from '../../src/service/index.ts'
import type { SwarmdProcess } from './swarmd-process.ts'
import { waitUntil } from './wait-until.ts'

/** All machines that this one knows of, by name of their address. */
export async function membersOf(peer: SwarmdProcess): Promise<MemberView[]> {
  const { body } = await peer.api('GET', '/network/members?limit=1000')
  return (body as { items: MemberView[] }).items
}

/** Addresses of those it takes for alive, sorted. */
export async function aliveAt(peer: SwarmdProcess): Promise<string[]> {
  const alive = (await membersOf(peer)).filter(({ state }) => state === 'alive')
  return alive.flatMap(({ addresses }) => addresses).sort()
}

/**
 * Waits until each of these takes exactly those hosts for alive.
 * @returns milliseconds that it took
 */
export async function agreeOn(
  peers: readonly SwarmdProcess[],
  alive: readonly SwarmdProcess[],
  timeoutMs: number,
): Promise<number> {
  const begun = performance.now()
  const wanted = JSON.stringify(alive.map(({ host }) => host.address).sort())
  const what = `${peers.length} members to agree on ${alive.length}`
  const isSo = async (): Promise<boolean> => {
    const seen = await Promise.all(peers.map(aliveAt))
    return seen.every((addresses) => JSON.stringify(addresses) === wanted)
  }
  await waitUntil(what, isSo, { timeoutMs, intervalMs: 20 })
  return performance.now() - begun
}
