import { createReadStream } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Problem } from '../problem.ts'
import type { Resource } from './resource.ts'

const files: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
}

const start = `addEventListener('load', () => {
  const base = document.documentElement.dataset.base
  SwaggerUIBundle({ url: base + 'openapi.json', dom_id: '#docs', deepLinking: true, validatorUrl: null })
})
`

/** @param base way from the page to the root of the API: it may lie below a prefix of a proxy */
const page = (base: string): string => `<!doctype html>
<html lang="en" data-base="${base}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>swarmd API</title>
<link rel="stylesheet" href="${base}docs/swagger-ui.css">
<div id="docs"></div>
<script src="${base}docs/swagger-ui-bundle.js"></script>
<script src="${base}docs/start.js"></script>
</html>
`

/** Its own files and the API, and nothing from elsewhere. The styles are set by its script. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
  "frame-ancestors 'none'"

/** The document for people: Swagger UI from the package, so that it works without any network. */
export const docs: Resource = (app, _options, done) => {
  const folder = new URL('./static/', import.meta.resolve('@fastify/swagger-ui'))
  app.get('/docs', { config: { scope: 'public' }, schema: { hide: true } }, async ({ url }, reply) => {
    const base = /^[^?]*\/(?:\?|$)/.test(url) ? '../' : './'
    return reply.type('text/html; charset=utf-8').header('content-security-policy', POLICY).send(page(base))
  })
  app.get<{ Params: { file: string } }>(
    '/docs/:file',
    { config: { scope: 'public' }, schema: { hide: true } },
    async ({ params: { file } }, reply) => {
      if (file === 'start.js') return reply.type('text/javascript; charset=utf-8').send(start)
      const type = Object.hasOwn(files, file) ? files[file] : undefined
      if (type === undefined) throw new Problem('route-not-found', 'the page at /docs has no such file')
      return reply.type(type).send(createReadStream(fileURLToPath(new URL(file, folder))))
    },
  )
  done()
}
