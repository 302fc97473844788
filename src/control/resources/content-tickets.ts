import { Type } from 'typebox'
import { TICKET_COOKIE, TICKET_SECONDS } from '../content-tickets.ts'
import { problemResponses } from '../problem.ts'
import { infoHashOf } from '../schema.ts'
import { ContentParams } from './content.ts'
import type { Resource } from './resource.ts'

const TicketSchema = Type.Object(
  {
    expiresAt: Type.String({
      format: 'date-time',
      description: 'Until then the content of this file is opened by the cookie that came with this answer.',
      examples: ['2026-01-01T01:00:00.000Z'],
    }),
  },
  { description: 'What a browser needs to read one file.' },
)

const cookieHeader = {
  'set-cookie': Type.String({
    description:
      'The ticket. For no path but that of this file, hidden from scripts, and never sent by pages of other sites.',
    examples: [`${TICKET_COOKIE}=fp7Y…; Max-Age=${TICKET_SECONDS}; HttpOnly; SameSite=Strict`],
  }),
}

export const contentTickets: Resource = (app, { service, access }, done) => {
  app.post(
    '/swarms/:infoHash/files/:index/content-tickets',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'createContentTicket',
        summary: 'Let a browser read a file',
        description:
          'Links and players of a page can not bring a token. The answer sets a cookie that opens the content of this one file ' +
          'for an hour, and nothing else; it ends with the token that it was asked with. Programs need none: they send the token.',
        tags: ['swarms'],
        params: ContentParams,
        response: {
          201: { ...TicketSchema, headers: cookieHeader },
          ...problemResponses(
            'invalid-request',
            'swarm-not-found',
            'file-not-found',
            'metadata-missing',
            'swarm-stopped',
            'not-ready',
          ),
        },
      },
    },
    async (request, reply) => {
      const { index } = request.params
      const infoHash = infoHashOf(request.params)
      // Only to what is there.
      service.openFile(infoHash, index)
      const ticket = access.issueTicket(request, { infoHash, index: String(index) })
      // Without a path a browser takes the folder of this one, as it knows it: whatever a proxy has put before it.
      const attributes = [`${TICKET_COOKIE}=${ticket}`, `Max-Age=${TICKET_SECONDS}`, 'HttpOnly', 'SameSite=Strict']
      if (request.headers.origin?.toLowerCase().startsWith('https:')) attributes.push('Secure')
      const expiresAt = new Date(Date.now() + TICKET_SECONDS * 1000).toISOString()
      return reply.code(201).header('set-cookie', attributes.join('; ')).send({ expiresAt })
    },
  )
  done()
}
