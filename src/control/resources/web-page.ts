import type { FastifyReply, FastifyRequest } from 'fastify'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Resource } from './resource.ts'

/** Made by `npm run generate` of src/web. */
const folder = new URL('../web-page/', import.meta.url)

/** Files of the page only, no inline code or style, and no text that becomes markup: whatever a torrent is called. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "media-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

const files = [
  { url: '/page/app.js', name: 'app.js', type: 'text/javascript; charset=utf-8' },
  { url: '/page/app.css', name: 'app.css', type: 'text/css; charset=utf-8' },
  { url: '/page/icon.svg', name: 'icon.svg', type: 'image/svg+xml' },
] as const

interface PageFile {
  readonly plain: Buffer
  readonly packed: Buffer
}

/** Read and packed once. */
const loaded = new Map<string, Promise<PageFile>>()

function load(name: string): Promise<PageFile> {
  const known = loaded.get(name)
  if (known) return known
  const file = read(name)
  loaded.set(name, file)
  // What can't be read now is tried again when it is asked for again.
  file.catch(() => loaded.delete(name))
  return file
}

async function read(name: string): Promise<PageFile> {
  const plain = await readFile(new URL(name, folder))
  return { plain, packed: await promisify(gzip)(plain) }
}

async function answer(request: FastifyRequest, reply: FastifyReply, name: string, type: string): Promise<FastifyReply> {
  const { plain, packed } = await load(name)
  const takesGzip = /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(request.headers['accept-encoding'] ?? '')
  void reply.headers({ 'content-security-policy': PAGE_POLICY, vary: 'accept, accept-encoding' }).type(type)
  return takesGzip ? reply.header('content-encoding', 'gzip').send(packed) : reply.send(plain)
}

/** A browser's navigation says text/html by name; curl and programs do not. */
export function wantsPage({ headers: { accept = '' } }: FastifyRequest): boolean {
  const weight = (type: string): number => {
    const range = accept.split(',').find((each) => each.trim().split(';')[0]?.trim().toLowerCase() === type)
    if (range === undefined) return 0
    const q = /;\s*q=([\d.]+)/i.exec(range)?.[1]
    return q === undefined ? 1 : Number(q)
  }
  return weight('text/html') > weight('application/json')
}

/** The page itself, for a browser that asks for `/`. */
export const answerPage = (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
  answer(request, reply, 'index.html', 'text/html; charset=utf-8')

/** What the page loads. Public, as it has to be there before a token can be given; it holds nothing but code. */
export const webPage: Resource = (app, _options, done) => {
  for (const { url, name, type } of files) {
    app.get(url, { config: { scope: 'public' }, schema: { hide: true } }, (request, reply) =>
      answer(request, reply, name, type),
    )
  }
  done()
}
