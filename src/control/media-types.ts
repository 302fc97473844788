import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Problem } from './problem.ts'

export const TORRENT_MEDIA_TYPE = 'application/x-bittorrent'

/** A type without parameters, but for the charset that JSON has anyway. */
const CONTENT_TYPE = /^([^;\s]+)(?:; *charset="?utf-8"?)?$/i

/**
 * Holds a request to the media types that its route's body schema names, before a byte of the body is read. Stricter
 * than HTTP needs: a form or a text that some parser would take for JSON is how other sites get past preflight.
 */
export function checkMediaType(request: FastifyRequest): Problem | null {
  const body = request.routeOptions.schema?.body as { content?: Readonly<Record<string, unknown>> } | undefined
  if (body === undefined || request.is404) return null
  const accepted = body.content === undefined ? ['application/json'] : Object.keys(body.content)
  const given = request.headers['content-type'] ?? ''
  const type = CONTENT_TYPE.exec(given)?.[1]?.toLowerCase()
  if (type !== undefined && accepted.includes(type)) return null
  const what = given === '' ? 'there is no Content-Type' : `Content-Type is ${JSON.stringify(given.slice(0, 200))}`
  return new Problem('unsupported-media-type', `${what}; taken is ${accepted.join(' or ')}`, {
    headers: { accept: accepted.join(', ') },
  })
}

/** JSON and nothing else, unless a plugin adds a type for its own routes. An empty body is none: DELETE may say JSON. */
export function installBodyParsers(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null)
    else void parse(request, body, done)
  })
}
