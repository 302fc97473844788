/** What the schemas of messages have in common. */
import { type TObject, type TPartial, type TSchema, type TUnsafe, Type } from 'typebox'
import { type Component, count, oneOf } from '../schema.ts'
import type { EventTopic } from './event-messages.ts'

export interface DescribedMessage {
  readonly schema: TSchema
  /** Readers hear of it with this topic; null: always. */
  readonly topic: EventTopic | null
}

export const type = <const Name extends string>(name: Name): TUnsafe<Name> =>
  oneOf([name], { description: 'The kind of message.', examples: [name] })

export const numbered = {
  seq: count('Number of the event: give the last one as `since` after a lost connection. It only grows.', 1042),
  time: Type.String({
    format: 'date-time',
    description: 'When it happened. RFC 3339, UTC.',
    examples: ['2026-01-31T09:30:00.000Z'],
  }),
}

/** Of messages that a slow reader does without. */
export const dropped = count('So many of these messages were left out before, as this reader was too slow.', 0)

const allFields = (of: Component<unknown>): Record<string, TSchema> => (of.schema as TObject).properties

/** Some fields of a component, as they stand there. */
export function fieldsOf(of: Component<unknown>, names: readonly string[]): Record<string, TSchema> {
  const fields = allFields(of)
  return Object.fromEntries(names.map((name) => [name, fields[name] as TSchema]))
}

/** Any of its fields but its name. */
export function changesOf(of: Component<unknown>, name: string | null): TPartial<TObject> {
  const names = Object.keys(allFields(of)).filter((each) => each !== name)
  return Type.Partial(Type.Object(fieldsOf(of, names)), {
    description: 'The fields that are other than before. Those that are not here are as they were.',
  })
}
