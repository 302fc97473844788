import websocket, { type WebSocket } from '@fastify/websocket'
import type { FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { TOKEN_SUBPROTOCOL } from '../access.ts'
import { closeCodes, type Subscription } from '../events/event-hub.ts'
import type { EventSocket } from '../events/event-reader.ts'
import type { EventTopic } from '../events/event-messages.ts'
import { EventQuery } from '../events/event-query.ts'
import { Problem, problemResponses } from '../problem.ts'
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
        querystring: EventQuery,
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
        }, PING_MS)
        const unwatch = access.watch(request, () =>
          reader.close(closeCodes.tokenRevoked, 'the token is no longer good'),
        )
        socket.on('pong', () => {
          unanswered = 0
        })
        socket.on('close', () => {
          clearInterval(pinging)
          unwatch()
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
  const { topics = 'swarms,stats', swarms, epoch, since } = request.query as Static<typeof EventQuery>
  return {
    topics: new Set(topics.split(',') as EventTopic[]),
    infoHashes: swarms === undefined ? null : new Set(swarms.toLowerCase().split(',')),
    resume: epoch === undefined || since === undefined ? null : { epoch, since },
  }
}
