import { signal } from '@preact/signals'

export const tabs = ['overview', 'peers', 'choker', 'trackers', 'files', 'log'] as const
export type Tab = (typeof tabs)[number]

export type Route =
  | { readonly page: 'swarms' }
  | { readonly page: 'lab' }
  | { readonly page: 'swarm'; readonly infoHash: string; readonly tab: Tab }

export const swarmsHref = '#/'
export const labHref = '#/lab'

/** What is shown, as the part of the address after `#` says: so it works below any path, and back goes back. */
export const route = signal<Route>(parse(location.hash))

export function followAddress(): void {
  addEventListener('hashchange', () => {
    route.value = parse(location.hash)
  })
}

export const swarmHref = (infoHash: string, tab: Tab = 'overview'): string => `#/swarms/${infoHash}/${tab}`

function parse(hash: string): Route {
  if (hash === labHref) return { page: 'lab' }
  const [, infoHash, tab] = /^#\/swarms\/([0-9a-f]{40})(?:\/([a-z]+))?$/.exec(hash) ?? []
  if (infoHash === undefined) return { page: 'swarms' }
  return { page: 'swarm', infoHash, tab: tabs.find((known) => known === tab) ?? 'overview' }
}
