import { Type } from 'typebox'
import type { TrackerView } from '../../service/index.ts'
import { pageOf, PageQuery, takePage } from '../page.ts'
import { problemResponses } from '../problem.ts'
import { component, count, infoHashOf, numberOrNull, oneOf, stringOrNull, SwarmParams } from '../schema.ts'
import type { Resource } from './resource.ts'

const statuses = ['working', 'announcing', 'waiting', 'failed', 'own', 'refused', 'stopped'] as const

const TrackerSchema = component<TrackerView>()(
  'Tracker',
  Type.Object(
    {
      url: Type.String({
        description: 'Its announce URL. Passkeys (long parts of the path, values of the query) are shown as ***.',
        examples: ['udp://10.0.0.248:5000/announce'],
      }),
      tier: count('Tiers are asked in order, the next when all of one failed (BEP 12).', 0),
      status: oneOf(statuses, {
        description:
          'working: it answered; announcing: it is being asked; waiting: not asked as long as one before it answers; failed: no good answer; own: this machine itself; refused: a URL that is not asked; stopped: the swarm is not running.',
        examples: ['working'],
      }),
      statusReason: Type.String({
        description: 'The same in a sentence.',
        examples: ['answered with 3 peers; asked again in 28 s'],
      }),
      lastAnnounceAt: stringOrNull({
        format: 'date-time',
        description: 'When it last answered or failed; null before. RFC 3339, UTC.',
        examples: ['2026-01-31T09:30:00.000Z'],
      }),
      nextAnnounceAt: stringOrNull({
        format: 'date-time',
        description: 'When it is asked again; null when that is not planned. RFC 3339, UTC.',
        examples: ['2026-01-31T09:30:30.000Z'],
      }),
      seeders: numberOrNull({ description: 'Seeders that it knows, as it last said.', examples: [2] }),
      leechers: numberOrNull({ description: 'Others that it knows, as it last said.', examples: [5] }),
      peers: numberOrNull({ description: 'Peers that it named in its last answer.', examples: [3] }),
      failures: count('Failed announces since the last good one.', 0),
      lastError: stringOrNull({
        description: 'Why the last announce failed; null when it did not. Show it as text, never as HTML.',
        examples: [null],
      }),
    },
    { description: 'A tracker that a torrent names.' },
  ),
)

/** Tier by tier, and in a tier by URL; the number tells apart what masking made equal. */
const keyed = (trackers: readonly TrackerView[]): Map<TrackerView, string> =>
  new Map(trackers.map((tracker, at) => [tracker, `${digits(tracker.tier)} ${digits(at)}`]))
const digits = (number: number): string => String(number).padStart(10, '0')

export const trackers: Resource = (app, { service }, done) => {
  app.addSchema(TrackerSchema.schema)
  app.get(
    '/swarms/:infoHash/trackers',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'listTrackers',
        summary: 'List the trackers',
        description: 'In the order of the torrent, tier by tier.',
        tags: ['swarms'],
        params: SwarmParams,
        querystring: PageQuery,
        response: {
          200: pageOf(TrackerSchema.ref(), 'A page of trackers.'),
          ...problemResponses('invalid-request', 'swarm-not-found'),
        },
      },
    },
    ({ params, query }) => {
      const all = service.trackers(infoHashOf(params))
      const keys = keyed(all)
      return takePage(all, (tracker) => keys.get(tracker) ?? '', query)
    },
  )
  app.post(
    '/swarms/:infoHash/announce',
    {
      config: { scope: 'write' },
      schema: {
        operationId: 'announceNow',
        summary: 'Announce now',
        description: 'Asks the trackers for peers at once, those too that failed, instead of when it is time.',
        tags: ['swarms'],
        params: SwarmParams,
        response: {
          202: Type.Object(
            {},
            { description: 'The trackers are being asked; see in the list of trackers how that goes.' },
          ),
          ...problemResponses('invalid-request', 'swarm-not-found', 'swarm-stopped', 'not-ready'),
        },
      },
    },
    async ({ params }, reply) => {
      service.announce(infoHashOf(params))
      return reply.code(202).send({})
    },
  )
  done()
}
