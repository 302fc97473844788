import type { components } from '../../../openapi/client.d.ts'

export type Problem = components['schemas']['Problem']

/** Nobody answers there, or not the way this API does. */
export class ApiUnreachableError extends Error {
  override readonly name = 'ApiUnreachableError'

  constructor(url: string, cause: unknown) {
    super(`no swarmd answers at ${url} (${reasonOf(cause)}); start one with \`swarmd serve\`, or give --api URL`, {
      cause,
    })
  }
}

/** The service said no, and why. */
export class ApiProblemError extends Error {
  override readonly name = 'ApiProblemError'
  readonly problem: Problem

  constructor(problem: Problem) {
    super(`${problem.title}: ${problem.detail.replace(/\.$/, '')}. ${problem.action}`)
    this.problem = problem
  }

  /** What to type for each of the torrents that were meant, perhaps. */
  get commands(): string[] {
    return (this.problem.candidates ?? []).map(({ magnet }) => `swarmd get '${magnet}'`)
  }
}

/** What the user asked for can't be done, by what is known on this side. */
export class ClientError extends Error {
  override readonly name = 'ClientError'
}

/** An error body as RFC 9457 has it, and as this API fills it; null when it is something else. */
export function problemIn(body: unknown): Problem | null {
  if (typeof body !== 'object' || body === null) return null
  const { title, detail, action, code } = body as Partial<Problem>
  const whole = [title, detail, action, code].every((text) => typeof text === 'string')
  return whole ? (body as Problem) : null
}

/** fetch only says "fetch failed"; the system's word is behind it. */
function reasonOf(cause: unknown): string {
  for (let error = cause; error instanceof Error; error = error.cause) {
    const { code } = error as { code?: unknown }
    if (code === 'ECONNREFUSED') return 'connection refused'
    if (typeof code === 'string') return code
    if (error.name === 'TimeoutError') return 'no answer in time'
    if (error.cause === undefined) return error.message
  }
  return String(cause)
}
