import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Socket } from 'node:net'
import { STATUS_CODES } from 'node:http'
import { NameAmbiguousError, ServiceError } from '../service/index.ts'
import { endSoon } from './connection-limits.ts'
import { Problem, PROBLEM_MEDIA_TYPE } from './problem.ts'
import type { ProblemCode } from './problem-table.ts'
import type { RouteCatalogue } from './route-catalogue.ts'
import { requestFaults } from './validation.ts'

export type Log = (event: string, fields: Record<string, unknown>) => void

/** Sends the problem as it is: it has no schema to go through, so it can't fail. */
export function answerProblem(problem: Problem, request: FastifyRequest, reply: FastifyReply): void {
  const path = pathOf(request)
  if (isUpgrade(request.raw)) {
    // There is no response that would end by itself: the socket is not the server's any more.
    reply.hijack()
    return endWithProblem(request.raw.socket, problem, path, request.id)
  }
  const body = JSON.stringify(problem.view(path, request.id))
  // What a handler said of an answer that it does not give.
  for (const name of ['etag', 'accept-ranges', 'content-range', 'content-disposition']) void reply.removeHeader(name)
  // `reply.send` of a text would add a charset, which JSON types don't have: hence bytes.
  void reply.code(problem.status).headers(problem.headers).type(PROBLEM_MEDIA_TYPE).send(Buffer.from(body))
}

/** Every error a hook, a parser, a handler or a serializer throws becomes a problem. */
export function installErrorAnswers(app: FastifyInstance, catalogue: RouteCatalogue, log: Log): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const problem = problemOf(error)
    if (problem.code === 'internal-error') {
      log('api.internal-error', {
        requestId: request.id,
        method: request.method,
        route: request.routeOptions.url ?? null,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      })
    }
    answerProblem(problem, request, reply)
  })
  app.setNotFoundHandler((request, reply) => {
    const path = pathOf(request)
    const methods = catalogue.methodsOf(path)
    const problem =
      methods.length === 0
        ? new Problem('route-not-found', `there is no ${path}`)
        : new Problem('method-not-allowed', `${path} has ${methods.join(', ')}, not ${request.method}`, {
            headers: { allow: methods.join(', ') },
          })
    answerProblem(problem, request, reply)
  })
}

const fastifyCodes: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_BAD_URL: 'malformed-url',
  FST_ERR_MAX_PARAM_LENGTH: 'url-too-long',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed-http',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'invalid-json',
  FST_ERR_CTP_INVALID_JSON_BODY: 'invalid-json',
}

/** What an error is to the caller. Those not foreseen say nothing of our insides. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (error instanceof NameAmbiguousError) {
    return new Problem(error.code, error.message, { candidates: error.candidates })
  }
  if (error instanceof ServiceError) {
    return new Problem(error.code, error.message, error.code === 'not-ready' ? { headers: { 'retry-after': '1' } } : {})
  }
  const { code, message, validation, validationContext } = (error ?? {}) as Partial<FastifyError>
  if (validation !== undefined) {
    const faults = requestFaults(validation, validationContext)
    const detail = faults.map((fault) => `${fault.in} ${fault.pointer} ${fault.detail}`).join('; ')
    return new Problem('invalid-request', detail, { faults })
  }
  const known = code === undefined ? undefined : fastifyCodes[code]
  if (known !== undefined) return new Problem(known, message ?? known)
  return new Problem('internal-error', 'the log of the service says more')
}

const clientErrorCodes: Readonly<Record<string, ProblemCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
  HPE_HEADER_OVERFLOW: 'headers-too-large',
}

/** The answer to bytes that never became a request, written by hand as there is no reply to do it. */
export function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const problem = new Problem(clientErrorCodes[error.code ?? ''] ?? 'malformed-http', 'the connection is closed')
  endWithProblem(socket, problem, '/', '-')
}

/** The answer to a connection that is one too many, before anything was asked on it. */
export function refuseConnection(socket: Socket): void {
  const headers = { 'retry-after': '1' }
  const problem = new Problem('too-many-connections', 'the connection is closed', { headers })
  endWithProblem(socket, problem, '/', '-')
}

function endWithProblem(socket: Socket, problem: Problem, path: string, requestId: string): void {
  const body = JSON.stringify(problem.view(path, requestId))
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    ...Object.entries(problem.headers).map(([name, value]) => `${name}: ${value}`),
    `content-type: ${PROBLEM_MEDIA_TYPE}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  endSoon(socket, `${head.join('\r\n')}\r\n\r\n${body}`)
}

/** Node's own mark of a request whose connection was handed over. */
const isUpgrade = (raw: FastifyRequest['raw'] & { readonly upgrade?: boolean | null }): boolean => raw.upgrade === true

const pathOf = (request: FastifyRequest): string => request.url.replace(/[?#].*$/s, '')
