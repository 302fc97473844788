import { Type } from 'typebox'
import { problemResponses } from '../problem.ts'
import type { CatalogueEntry } from '../route-catalogue.ts'
import type { Resource } from './resource.ts'
import { answerPage, wantsPage } from './web-page.ts'

const RootSchema = Type.Object({
  name: Type.String({ description: 'The program.', examples: ['swarmd'] }),
  version: Type.String({ description: 'Version of the service.', examples: ['0.1.0'] }),
  links: Type.Array(
    Type.Object({
      rel: Type.String({ description: "The operation's name in the OpenAPI document.", examples: ['listSwarms'] }),
      href: Type.String({ description: 'Where it is.', examples: ['/swarms'] }),
      title: Type.String({ description: 'What is there.', examples: ['List swarms'] }),
    }),
    { description: 'What can be read without knowing more.' },
  ),
})

/** A GET that needs no parameter, and is part of the API. */
const isStart = ({ method, url, schema }: CatalogueEntry): boolean =>
  method === 'GET' && url !== '/' && !url.includes(':') && schema.hide !== true

const startResponse = {
  description: 'Links for programs; the page for a browser, which asks for text/html.',
  content: {
    'application/json': { schema: RootSchema },
    'text/html': { schema: Type.Unsafe<string>({ type: 'string', description: 'The page.' }) },
  },
}

export const root: Resource = (app, { version, catalogue }, done) => {
  app.get(
    '/',
    {
      config: { scope: 'public' },
      schema: {
        operationId: 'getLinks',
        summary: 'Where to start',
        tags: ['service'],
        response: { 200: startResponse, ...problemResponses() },
      },
    },
    async (request, reply) => {
      void reply.header('vary', 'accept, accept-encoding')
      if (wantsPage(request)) return answerPage(request, reply)
      const links = catalogue.entries.filter(isStart).map(({ url, schema }) => {
        return { rel: schema.operationId ?? url, href: url, title: schema.summary ?? url }
      })
      return reply.send({ name: 'swarmd', version, links })
    },
  )
  done()
}
