import { Type } from 'typebox'
import { INFO_HASH_EXAMPLE } from '../schema.ts'
import { eventTopics } from './event-messages.ts'

const MAX_NAMED = 16

const topicList = `(${eventTopics.join('|')})`

/** What a reader of /events says in its URL. */
export const EventQuery = Type.Object(
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
