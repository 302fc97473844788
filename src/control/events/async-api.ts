import { type EventTopic, eventTopics } from './event-messages.ts'
import { EventQuery } from './event-query.ts'
import { eventParts, eventSchemas } from './event-schema.ts'
import { closeCodes } from './event-hub.ts'

const topicTexts: Readonly<Record<EventTopic, string>> = {
  swarms: 'swarms that come, go, complete or change their state',
  stats: 'once a second the figures of the swarms that changed',
  peers: 'peers that come and go; for swarms that are named, once a second all of their peers',
  network:
    'all machines of the network, in parts (`network.snapshot`); who joins, goes or is in another state, within a second; once a second the figures of those that changed',
  choker: 'each decision of the choker, with its reasons',
}

/** The text of openapi/asyncapi.json: what /events says, from the schemas that it is tested by. @param version of the service */
export function asyncApiDocument(version: string): string {
  const messages = Object.entries(eventSchemas)
  const document = {
    asyncapi: '3.0.0',
    info: {
      title: 'swarmd events',
      version,
      description:
        'What happens in a swarmd peer, over a WebSocket. `hello` comes first, then all swarms in parts (`snapshot`), then ' +
        'each event as it happens and `stats` once a second. Numbered messages set what they tell: folding them in their ' +
        'order over the snapshot gives what GET /swarms answers. After a lost connection give `epoch` (of the hello) and ' +
        '`since` (the last seq): when the service still knows what happened since, `resumed` is true and that follows in ' +
        'place of the snapshot. Numbers may skip. A reader that is slow misses stats, and is told how many (`dropped`); what ' +
        `they said comes with the next. Close codes: ${closeCodes.goingAway} the service stops, ${closeCodes.tooSlow} more ` +
        `than 1 MiB behind, ${closeCodes.tokenRevoked} the token was revoked. Before the upgrade problems come as over HTTP.`,
      license: { name: 'MIT' },
    },
    defaultContentType: 'application/json',
    servers: { peer: { host: '127.0.0.1:5080', protocol: 'ws', description: 'This peer' } },
    channels: {
      events: {
        address: '/events',
        description: `Topics: ${eventTopics.map((topic) => `\`${topic}\`: ${topicTexts[topic]}`).join('; ')}.`,
        messages: Object.fromEntries(messages.map(([name]) => [name, reference(`messages/${name}`)])),
        bindings: {
          ws: {
            method: 'GET',
            query: EventQuery,
          },
        },
      },
    },
    operations: {
      hear: {
        action: 'send',
        channel: { $ref: '#/channels/events' },
        summary: 'The service tells what happens.',
        messages: messages.map(([name]) => ({ $ref: `#/channels/events/messages/${name}` })),
      },
    },
    components: {
      messages: Object.fromEntries(
        messages.map(([name, { schema, topic }]) => [
          name,
          {
            name,
            title: nameOf(schema),
            summary: (schema as { description?: string }).description ?? name,
            ...(topic !== null && { tags: [{ name: topic }] }),
            payload: reference(`schemas/${nameOf(schema)}`),
          },
        ]),
      ),
      schemas: Object.fromEntries(
        [...eventParts, ...messages.map(([, { schema }]) => schema)].map((schema) => [
          nameOf(schema),
          withReferences(schema),
        ]),
      ),
    },
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

const reference = (path: string): { readonly $ref: string } => ({ $ref: `#/components/${path}` })

const nameOf = (schema: object): string => String((schema as { $id?: unknown }).$id)

/** The schema as it stands in a document: a name becomes the way to it. */
function withReferences(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withReferences)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
      if (key === '$id') return []
      if (key === '$ref' && typeof inner === 'string') return [[key, `#/components/schemas/${inner}`]]
      return [[key, withReferences(inner)]]
    }),
  )
}
