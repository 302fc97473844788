import type { FastifyInstance } from 'fastify'
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'

/**
 * Every JSON answer to a GET carries a tag of its content; whoever brings the tag again gets 304 and no body when
 * nothing changed (RFC 9110 §13.1.2).
 */
export function installEntityTags(app: FastifyInstance): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    if (reply.statusCode !== 200 || typeof payload !== 'string' || !['GET', 'HEAD'].includes(request.method)) {
      return done(null, payload)
    }
    // Weak, as a proxy may pack the body.
    const tag = `W/"${createHash('sha1').update(payload).digest('base64url')}"`
    void reply.header('etag', tag)
    if (!isKnown(request.headers['if-none-match'], tag)) return done(null, payload)
    void reply.code(304).removeHeader('content-type').removeHeader('content-length')
    // Fastify's own hook for HEAD comes after this one, and can't take null.
    done(null, request.method === 'HEAD' ? Readable.from([]) : null)
  })
}

/** Whether this If-None-Match says that its sender has what the tag is of; weak or not is the same to it. */
export function isKnown(given: string | undefined, tag: string): boolean {
  if (given === undefined) return false
  const wanted = withoutWeakness(tag)
  return given.trim() === '*' || given.split(',').some((each) => withoutWeakness(each.trim()) === wanted)
}

const withoutWeakness = (tag: string): string => tag.replace(/^W\//, '')
