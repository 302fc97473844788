import createClient from 'openapi-fetch'
import type { components, paths } from '../../../openapi/client.d.ts'
import { token } from './token.ts'

export type Swarm = components['schemas']['Swarm']
export type Peer = components['schemas']['Peer']
export type Pieces = components['schemas']['Pieces']
export type TorrentFile = components['schemas']['File']
export type Choker = components['schemas']['Choker']
export type ChokerRecord = components['schemas']['ChokerRecord']
export type Standing = components['schemas']['ChokeStanding']
export type Tracker = components['schemas']['Tracker']
export type Member = components['schemas']['Member']
export type MemberSwarm = Member['swarms'][number]
export type Problem = components['schemas']['Problem']

/** The folder that the page lies in, wherever a proxy puts it. Without a slash at its end. */
export const baseUrl = new URL('.', document.baseURI).href.replace(/\/$/, '')

const TIMEOUT_MS = 15_000

/** The service said no, and why. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly problem: Partial<Problem>

  constructor(status: number, problem: Partial<Problem>) {
    super([problem.title ?? `The service answered ${status}`, problem.detail].filter(Boolean).join(': '))
    this.status = status
    this.problem = problem
  }
}

const client = createClient<paths>({
  baseUrl,
  fetch: (request) => fetch(request, { signal: AbortSignal.timeout(TIMEOUT_MS), cache: 'no-store' }),
})
client.use({
  onRequest({ request }) {
    if (token.value !== '') request.headers.set('authorization', `Bearer ${token.value}`)
    return request
  },
})

type Client = typeof client

interface Answer<Data> {
  readonly data?: Data
  readonly error?: unknown
  readonly response: Response
}

/** Asks, and takes the good answer out. @throws ApiError when it is an error, TypeError when there is no answer */
export async function ask<Data>(request: (client: Client) => Promise<Answer<Data>>): Promise<Data> {
  const { data, error, response } = await request(client)
  if (response.ok) return data as Data
  throw new ApiError(response.status, typeof error === 'object' && error !== null ? error : {})
}

interface Query {
  readonly limit: number
  readonly cursor?: string
}

interface Page<Item> {
  readonly items: readonly Item[]
  readonly nextCursor: string | null
}

/** Every page of a list, one after the other. @throws as `ask` */
export async function askAll<Item>(
  request: (client: Client, query: Query) => Promise<Answer<Page<Item>>>,
): Promise<Item[]> {
  const items: Item[] = []
  let cursor: string | null | undefined
  while (cursor !== null) {
    const query: Query = cursor === undefined ? { limit: 1000 } : { limit: 1000, cursor }
    const page = await ask((api) => request(api, query))
    items.push(...page.items)
    cursor = page.nextCursor
  }
  return items
}
