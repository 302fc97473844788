import websocket, { type WebSocket } from '@fastify/websocket'
import type { FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { TOKEN_SUBPROTOCOL } from '../access.ts'
import { closeCodes, type Subscription } from '../events/event-hub.ts'
import type { EventSocket } from '../events/event-reader.ts'
import { type EventTopic, eventTopics } from '../events/event-messages.ts'
import { Problem, problemResponses } from '../problem.ts'
import { INFO_HASH_EXAMPLE } from '../schema.ts'
import type { Resource } from './resource.ts'

const MAX_READERS = 64
/** Nothing is expected of readers, so little is let in. */
const MAX_MESSAGE_BYTES = 64 * 1024
/** Of one message: each costs more than the byte that may be in it. */
const MAX_FRAGMENTS = 16
const PING_MS = 25_000
const MISSED_PONGS = 2
/** For the other end to close, when we do. */
const CLOSE_MS = 1_000
const MAX_NAMED = 16

const topicList = `(${eventTopics.join('|')})`

const EventsQuery = Type.Object(
  {
    topics: Type.Optional(
      Type.String({
        pattern: `^${topicList}(,${topicList})*$`,
        maxLength: 200,
        default: 'swarms,stats',
        description: `What to hear of, with commas: ${eventTopics.join(', ')}.`,
        examples: ['swarms,stats'],
      }),
    ),
    swarms: Type.Optional(
      Type.String({
        pattern: `^[0-9a-fA-F]{40}(,[0-9a-fA-F]{40}){0,${MAX_NAMED - 1}}$`,
        description: `Info hashes, with commas: only of these. With the topic peers, their peers come each second.`,
        examples: [INFO_HASH_EXAMPLE],
      }),
    ),
    epoch: Type.Optional(
      Type.String({
        maxLength: 64,
        description: 'Of the hello of the lost connection.',
        examples: ['9f86d081884c7d65'],
      }),
    ),
    since: Type.Optional(
      Type.Integer({ minimum: 0, description: 'The last seq that was read; needs epoch.', examples: [1042] }),
    ),
  },
  { additionalProperties: false },
)

export const events: Resource = (app, { hub, access }, done) => {
  void app.register(websocket, {
    options: {
      maxPayload: MAX_MESSAGE_BYTES,
      maxFragments: MAX_FRAGMENTS,
      perMessageDeflate: false,
      // A subprotocol that carries a token must never be chosen: it would come back in the answer.
      handleProtocols: (offered) => [...offered].find((each) => !each.startsWith(TOKEN_SUBPROTOCOL)) ?? false,
    },
    preClose(done) {
      hub.close()
      const { clients } = app.websocketServer
      setTimeout(() => {
        for (const client of clients) client.terminate()
      }, CLOSE_MS).unref()
      app.websocketServer.close()
      done()
    },
    errorHandler: (_error, socket) => socket.terminate(),
  })
  // The plugin has to see the route.
  app.after(() =>
    app.route({
      method: 'GET',
      url: '/events',
      config: { scope: 'read' },
      schema: {
        operationId: 'streamEvents',
        summary: 'Hear what happens (WebSocket)',
        description:
          'Upgrades to a WebSocket. `hello` comes first, then `snapshot` in parts with all swarms (or, after a lost ' +
          'connection, with `epoch` and `since`, what was missed), then each event as it happens and `stats` once a second. ' +
          'The messages are described in asyncapi.json. Closed with 1001 when the service stops, with 1013 when the reader ' +
          'is more than 1 MiB behind, with 4401 when its token was revoked.',
        tags: ['events'],
        querystring: EventsQuery,
        response: {
          101: Type.Null({ description: 'A WebSocket from here on.' }),
          ...problemResponses('invalid-request', 'upgrade-required', 'too-many-readers'),
        },
      },
      preHandler: (request, _reply, go) => {
        const full = request.ws && hub.counts.readers >= MAX_READERS
        go(full ? new Problem('too-many-readers', `${MAX_READERS} read already`) : undefined)
      },
      handler: () => {
        throw new Problem('upgrade-required', '/events is a WebSocket', { headers: { upgrade: 'websocket' } })
      },
      wsHandler(socket, request) {
        const reader = hub.open(textSocket(socket), subscriptionOf(request))
        let unanswered = 0
        const pinging = setInterval(() => {
          if (++unanswered > MISSED_PONGS) return socket.terminate()
          socket.ping()
          // A token may be revoked while its reader reads.
          void Promise.resolve(access.refusal(request)).then(
            (refused) => {
              // That others of its address guess says nothing of its own token.
              if (refused === null || refused.code === 'too-many-attempts') return
              reader.close(closeCodes.tokenRevoked, 'the token is no longer good')
            },
            () => {},
          )
        }, PING_MS)
        socket.on('pong', () => {
          unanswered = 0
        })
        socket.on('close', () => {
          clearInterval(pinging)
          hub.ended(reader)
        })
      },
    }),
  )
  done()
}

/** Bytes are sent as text, which they are. */
function textSocket(socket: WebSocket): EventSocket {
  return {
    get bufferedAmount() {
      return socket.bufferedAmount
    },
    send: (text, sent) => socket.send(text, { binary: false }, sent),
    close: (code, reason) => socket.close(code, reason),
  }
}

function subscriptionOf(request: FastifyRequest): Subscription {
  const { topics = 'swarms,stats', swarms, epoch, since } = request.query as Static<typeof EventsQuery>
  return {
    topics: new Set(topics.split(',') as EventTopic[]),
    infoHashes: swarms === undefined ? null : new Set(swarms.toLowerCase().split(',')),
    resume: epoch === undefined || since === undefined ? null : { epoch, since },
  }
}
