import { Type } from 'typebox'
import { problemTable, type ProblemCode } from './problem-table.ts'
import type { NameCandidateView } from '../service/index.ts'
import { component, INFO_HASH_EXAMPLE, numberOrNull } from './schema.ts'

export const PROBLEM_MEDIA_TYPE = 'application/problem+json'

/** One thing that is wrong in a request. */
export interface RequestFault {
  readonly in: 'body' | 'query' | 'path' | 'header'
  /** JSON Pointer as a URI fragment (RFC 6901 §6), `#/addresses/0`. */
  readonly pointer: string
  readonly detail: string
}

/** What goes over the wire (RFC 9457). */
export interface ProblemView {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly action: string
  readonly instance: string
  readonly requestId: string
  readonly errors?: readonly RequestFault[]
  /** Of `name-ambiguous`. */
  readonly candidates?: readonly NameCandidateView[]
}

/** Thrown by hooks and handlers; becomes the answer its row in the problem table says. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly code: ProblemCode
  readonly faults: readonly RequestFault[]
  readonly headers: Readonly<Record<string, string>>
  readonly candidates: readonly NameCandidateView[]

  constructor(
    code: ProblemCode,
    detail: string,
    more: {
      readonly faults?: readonly RequestFault[]
      readonly headers?: Readonly<Record<string, string>>
      readonly candidates?: readonly NameCandidateView[]
    } = {},
  ) {
    super(detail)
    this.code = code
    this.faults = more.faults ?? []
    this.headers = more.headers ?? {}
    this.candidates = more.candidates ?? []
  }

  get status(): number {
    return problemTable[this.code].status
  }

  /**
   * @param instance path of the request
   * @param requestId finds the request in the log
   */
  view(instance: string, requestId: string): ProblemView {
    const { status, title, action } = problemTable[this.code]
    const body = { type: problemType(this.code), title, status, code: this.code, detail: this.message, action }
    return {
      ...body,
      ...{ instance, requestId },
      ...(this.faults.length > 0 && { errors: this.faults }),
      ...(this.candidates.length > 0 && { candidates: this.candidates }),
    }
  }
}

/** Resolves, against the API's own address, to the page about this code. */
export const problemType = (code: ProblemCode): string => `/problems/${code}`

export const ProblemSchema = component<ProblemView>()(
  'Problem',
  Type.Object(
    {
      type: Type.String({
        format: 'uri-reference',
        description: 'Names the kind of problem; GET it to read about it.',
        examples: ['/problems/swarm-not-found'],
      }),
      title: Type.String({ description: 'The kind of problem in words.', examples: ['No such swarm'] }),
      status: Type.Integer({ description: 'The HTTP status.', examples: [404] }),
      code: Type.String({
        description: 'Stable name of the kind of problem, for programs.',
        examples: ['swarm-not-found'],
      }),
      detail: Type.String({
        description: 'What is wrong this time.',
        examples: ['no swarm 0123456789abcdef0123456789abcdef01234567'],
      }),
      action: Type.String({ description: 'What to do about it.', examples: [problemTable['swarm-not-found'].action] }),
      instance: Type.String({
        format: 'uri-reference',
        description: 'Path of the request.',
        examples: ['/swarms/0123456789abcdef0123456789abcdef01234567'],
      }),
      requestId: Type.String({ description: 'Finds the request in the log of the service.', examples: ['req-1f'] }),
      errors: Type.Optional(
        Type.Array(
          Type.Object({
            in: Type.Unsafe<RequestFault['in']>({
              type: 'string',
              enum: ['body', 'query', 'path', 'header'],
              description: 'The part of the request.',
              examples: ['body'],
            }),
            pointer: Type.String({ description: 'JSON Pointer into that part.', examples: ['#/addresses/0'] }),
            detail: Type.String({ description: 'What is wrong there.', examples: ['must be string'] }),
          }),
          { description: 'Each thing that is wrong in the request.' },
        ),
      ),
      candidates: Type.Optional(
        Type.Array(
          Type.Object({
            infoHash: Type.String({
              pattern: '^[0-9a-f]{40}$',
              description: 'The torrent.',
              examples: [INFO_HASH_EXAMPLE],
            }),
            length: numberOrNull({
              description: 'All its files together, as is said of it; null: not known. Bytes.',
              examples: [600000],
            }),
            magnet: Type.String({
              description: 'POST this to /swarms to add just this one.',
              examples: [`magnet:?xt=urn:btih:${INFO_HASH_EXAMPLE}&dn=music.txt&x.pe=10.0.0.248:5000`],
            }),
          }),
          { description: 'Of name-ambiguous: the torrents that have the name.' },
        ),
      ),
    },
    { description: 'An error, as RFC 9457 has it.' },
  ),
)

/** Entries for a route's `response`: these codes by status, and any other as `default`. */
export function problemResponses(...codes: readonly ProblemCode[]): Record<string, unknown> {
  const content = { [PROBLEM_MEDIA_TYPE]: { schema: ProblemSchema.ref() } }
  const titles = new Map<string, string[]>()
  for (const code of codes) {
    const { status, title } = problemTable[code]
    titles.set(String(status), [...(titles.get(String(status)) ?? []), `\`${code}\`: ${title}.`])
  }
  const responses: Record<string, unknown> = { default: { description: 'Any other problem.', content } }
  for (const [status, lines] of titles) responses[status] = { description: lines.join(' '), content }
  return responses
}
