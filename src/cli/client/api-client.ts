import createClient, { type Client } from 'openapi-fetch'
import type { components, paths } from '../../../openapi/client.d.ts'
import { ApiProblemError, ApiUnreachableError, problemIn } from './api-errors.ts'
import { patientFetch } from './patient-fetch.ts'

export type Swarm = components['schemas']['Swarm']
export type Peer = components['schemas']['Peer']

export interface ApiAddress {
  /** Without a slash at its end; may hold a path, when a proxy puts the API below one. */
  readonly url: string
  readonly token: string | null
}

const TIMEOUT_MS = 30_000

/** What openapi-fetch gives back. */
interface Answer<Data> {
  readonly data?: Data
  readonly error?: unknown
  readonly response: Response
}

/** The REST API of one peer, by the client that its own OpenAPI document makes. */
export class ApiClient {
  readonly address: ApiAddress
  readonly #client: Client<paths>

  /** @param timeoutMs from a request to the whole answer; null: however long it takes */
  constructor(address: ApiAddress, timeoutMs: number | null = TIMEOUT_MS) {
    this.address = address
    const authorization = address.token === null ? {} : { authorization: `Bearer ${address.token}` }
    this.#client = createClient<paths>({
      baseUrl: address.url,
      headers: authorization,
      fetch: (request) =>
        timeoutMs === null
          ? patientFetch(request)
          : fetch(request, { signal: AbortSignal.timeout(timeoutMs), redirect: 'error' }),
    })
  }

  /**
   * Asks, and takes the good answer out.
   * @throws ApiUnreachableError when there is no answer, ApiProblemError when it is an error
   */
  async ask<Data>(request: (client: Client<paths>) => Promise<Answer<Data>>): Promise<Data> {
    const answer = await this.#send(request)
    if (answer.data === undefined) throw await this.#problem(answer)
    return answer.data
  }

  /** The same for an answer that has no content. */
  async tell(request: (client: Client<paths>) => Promise<Answer<unknown>>): Promise<void> {
    const answer = await this.#send(request)
    if (!answer.response.ok) throw await this.#problem(answer)
  }

  /** Every page of a list, one after the other. */
  async all<Item>(
    request: (
      client: Client<paths>,
      page: { readonly limit: number; readonly cursor?: string },
    ) => Promise<Answer<{ readonly items: readonly Item[]; readonly nextCursor: string | null }>>,
  ): Promise<Item[]> {
    const items: Item[] = []
    let cursor: string | null | undefined
    while (cursor !== null) {
      const page: { limit: number; cursor?: string } = cursor === undefined ? { limit: 1000 } : { limit: 1000, cursor }
      const answer = await this.ask((client) => request(client, page))
      items.push(...answer.items)
      cursor = answer.nextCursor
    }
    return items
  }

  async #send<Data>(request: (client: Client<paths>) => Promise<Answer<Data>>): Promise<Answer<Data>> {
    try {
      return await request(this.#client)
    } catch (error) {
      throw new ApiUnreachableError(this.address.url, error)
    }
  }

  async #problem({ error, response }: Answer<unknown>): Promise<Error> {
    const problem = problemIn(error)
    if (problem !== null) return new ApiProblemError(problem)
    const what = `answered ${response.status} and nothing that can be understood`
    return new ApiUnreachableError(this.address.url, new Error(what))
  }
}
