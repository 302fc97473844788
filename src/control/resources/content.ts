import { Readable } from 'node:stream'
import { Type } from 'typebox'
import { parseRange } from '../byte-range.ts'
import { isKnown } from '../entity-tags.ts'
import { Problem, problemResponses } from '../problem.ts'
import { infoHashOf, SwarmParams } from '../schema.ts'
import type { Resource } from './resource.ts'

const MAX_READERS = 32

/** What a browser may show or play; all else is just bytes to it. None of these can carry a script. */
const mediaTypes: Readonly<Record<string, string>> = {
  mp4: 'video/mp4',
  m4v: 'video/mp4',
  webm: 'video/webm',
  mkv: 'video/x-matroska',
  ogv: 'video/ogg',
  mp3: 'audio/mpeg',
  m4a: 'audio/mp4',
  ogg: 'audio/ogg',
  opus: 'audio/ogg',
  flac: 'audio/flac',
  wav: 'audio/wav',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  txt: 'text/plain; charset=utf-8',
}

export const ContentParams = Type.Object({
  ...SwarmParams.properties,
  index: Type.Integer({ minimum: 0, description: 'Number of the file in the torrent.', examples: [0] }),
})

const body = (description: string) => ({
  description,
  content: { '*/*': { schema: Type.Unsafe<Readable>({ description: 'Bytes of the file.' }) } },
})

export const content: Resource = (app, { service, access, log }, done) => {
  let readers = 0
  app.get(
    '/swarms/:infoHash/files/:index/content',
    {
      config: { scope: 'read', takesTicket: true },
      schema: {
        operationId: 'getFileContent',
        summary: 'Read a file',
        description:
          'Also while it is downloaded: what is not here yet is asked for before all else, and the answer waits for it. ' +
          'Range (one part) begins anywhere. What a file has to be is known from the beginning, so its ETag is for ever: ' +
          'If-None-Match and If-Range hold (RFC 9110). When the file is switched off or the swarm stopped while the answer ' +
          'waits, it ends: with a problem before its first byte, else before its length.',
        tags: ['swarms'],
        params: ContentParams,
        response: {
          200: body('The whole file.'),
          206: body('The part that was asked for.'),
          304: Type.Null({ description: 'You have it: its tag is in If-None-Match.' }),
          ...problemResponses(
            'invalid-request',
            'swarm-not-found',
            'file-not-found',
            'metadata-missing',
            'swarm-stopped',
            'file-switched-off',
            'range-not-satisfiable',
            'not-ready',
            'too-many-readers',
          ),
        },
      },
    },
    async (request, reply) => {
      const { index } = request.params
      const infoHash = infoHashOf(request.params)
      const file = service.openFile(infoHash, index)
      const { length } = file
      // What is switched off never comes: whoever waits for it would wait for ever.
      const wish = service.files(infoHash).find((each) => each.index === index)
      if (wish?.priority === 'off' && wish.progress < 1) {
        throw new Problem('file-switched-off', `file ${index} is switched off, and not all of it is here`)
      }
      const tag = `"${infoHash}-${index}"`
      const { range: asked, 'if-range': condition, 'if-none-match': known } = request.headers
      if (isKnown(known, tag)) {
        // An empty stream: null would be JSON.
        return reply.code(304).header('etag', tag).send(Readable.from([]))
      }
      // Parts are of GET alone, and only of the very bytes that were meant: a weak tag is none (RFC 9110 §13.1.5, §14.2).
      const isOfPart = request.method === 'GET' && (condition === undefined || condition === tag)
      const range = parseRange(isOfPart ? asked : undefined, length)
      if (range === 'unsatisfiable') {
        throw new Problem('range-not-satisfiable', `the file has ${length} bytes`, {
          headers: { 'content-range': `bytes */${length}` },
        })
      }
      const { from, to } = range === 'all' ? { from: 0, to: length } : range
      void reply
        .code(range === 'all' ? 200 : 206)
        .type(mediaTypes[/\.([a-z0-9]+)$/i.exec(file.path)?.[1]?.toLowerCase() ?? ''] ?? 'application/octet-stream')
        .headers({
          'accept-ranges': 'bytes',
          'content-length': to - from,
          etag: tag,
          // The name is hostile text, and what is in it may be worse: it is never shown as a page of ours.
          'content-disposition': 'attachment',
          'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
        })
      if (range !== 'all') void reply.header('content-range', `bytes ${from}-${to - 1}/${length}`)
      // A text would be measured, and its length told.
      if (request.method === 'HEAD') return reply.send(Readable.from([]))
      if (readers >= MAX_READERS) throw new Problem('too-many-readers', `${MAX_READERS} read files already`)
      readers++
      const gone = new AbortController()
      const unwatch = access.watch(request, (refused) => gone.abort(refused))
      const stream = Readable.from(file.read(from, to, gone.signal), { objectMode: false, highWaterMark: 1024 * 1024 })
      // Once its first byte is sent an answer can only end early: here is said why.
      stream.once('error', (error) => {
        if (reply.raw.headersSent && !gone.signal.aborted)
          log('content.cut', { infoHash, file: index, reason: error.message })
      })
      stream.once('close', () => {
        readers--
        unwatch()
        gone.abort()
      })
      reply.raw.once('close', () => gone.abort())
      return reply.send(stream)
    },
  )
  done()
}
