import { type Static, type TUnsafe, type TSchema, Type } from 'typebox'
import { Problem } from './problem.ts'

export const DEFAULT_PAGE = 100
export const MAX_PAGE = 1000

export interface Page<Item> {
  readonly items: readonly Item[]
  readonly nextCursor: string | null
}

export const pageQuery = {
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MAX_PAGE,
      default: DEFAULT_PAGE,
      description: 'At most so many items.',
      examples: [DEFAULT_PAGE],
    }),
  ),
  cursor: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 1024,
      description: 'The `nextCursor` of the page before. Opaque.',
      examples: ['MjAyNi0wMS0wMQ'],
    }),
  ),
}

export const PageQuery = Type.Object(pageQuery, { additionalProperties: false })

/** The schema of a page of such items. */
export function pageOf<Item>(item: TUnsafe<Item>, description: string): TUnsafe<Page<Item>> {
  return Type.Unsafe<Page<Item>>(
    Type.Object(
      {
        items: Type.Array(item as TSchema),
        nextCursor: Type.Unsafe<string | null>({
          type: ['string', 'null'],
          description: 'Give it as `cursor` to get the next page; null on the last.',
          examples: [null],
        }),
      },
      { description },
    ),
  )
}

/**
 * The items after the cursor, ordered by their keys. As the cursor is the key of the last item shown and not a
 * number, nothing is shown twice or left out when others come and go between two pages.
 *
 * @param keyOf a text of its own for each item; they are compared by code unit
 * @throws Problem `invalid-request` when the cursor is none of ours
 */
export function takePage<Item>(
  all: readonly Item[],
  keyOf: (item: Item) => string,
  query: Static<typeof PageQuery>,
): Page<Item> {
  const after = query.cursor === undefined ? '' : decodeCursor(query.cursor)
  const keyed = all.map((item) => ({ key: keyOf(item), item })).filter(({ key }) => key > after)
  keyed.sort((a, b) => (a.key < b.key ? -1 : 1))
  const shown = keyed.slice(0, query.limit ?? DEFAULT_PAGE)
  const last = shown.at(-1)
  const more = last !== undefined && shown.length < keyed.length
  return { items: shown.map(({ item }) => item), nextCursor: more ? encodeCursor(last.key) : null }
}

const encodeCursor = (key: string): string => Buffer.from(key).toString('base64url')

function decodeCursor(cursor: string): string {
  const key = Buffer.from(cursor, 'base64url').toString()
  if (encodeCursor(key) === cursor) return key
  const detail = 'is not a nextCursor of this API'
  throw new Problem('invalid-request', `query: cursor ${detail}`, {
    faults: [{ in: 'query', pointer: '#/cursor', detail }],
  })
}
