import {
  type Static,
  type TInteger,
  type TNumber,
  type TSchema,
  type TSchemaOptions,
  type TUnsafe,
  Type,
} from 'typebox'
import type { InfoHash } from '../service/index.ts'

/** A value's type as JSON has it: brands and `readonly` gone. */
export type Plain<T> = T extends InfoHash
  ? string
  : T extends readonly (infer Item)[]
    ? Plain<Item>[]
    : T extends object
      ? { -readonly [Key in keyof T]: Plain<T[Key]> }
      : T

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false

/** A schema with a name of its own in the OpenAPI document. */
export interface Component<View> {
  /** For `app.addSchema`. */
  readonly schema: TSchema
  /** Points to it. Replies typed by it are checked against the view. */
  ref(options?: TSchemaOptions): TUnsafe<View>
}

/**
 * Does not compile unless the schema and the view say the same: a field that a schema forgets would be dropped from
 * the answers without a word.
 */
export function component<View>() {
  return <Schema extends TSchema>(
    name: string,
    schema: Same<Plain<View>, Static<Schema>> extends true ? Schema : never,
  ): Component<View> => ({
    schema: Object.assign(schema, { $id: name }),
    ref: (options) => Type.Unsafe<View>(Type.Ref(name, options)),
  })
}

/** One of these words. */
export function oneOf<const Words extends readonly string[]>(
  words: Words,
  options: TSchemaOptions,
): TUnsafe<Words[number]> {
  return Type.Unsafe<Words[number]>({ ...options, type: 'string', enum: [...words] })
}

/** A number, or null. (As a list of types: `anyOf` would cost a validator at every reply.) */
export function numberOrNull(options: TSchemaOptions): TUnsafe<number | null> {
  return Type.Unsafe<number | null>({ ...options, type: ['number', 'null'] })
}

export function stringOrNull(options: TSchemaOptions): TUnsafe<string | null> {
  return Type.Unsafe<string | null>({ ...options, type: ['string', 'null'] })
}

export function byteCount(description: string, example: number): TInteger {
  return Type.Integer({ minimum: 0, description: `${description} Bytes.`, examples: [example] })
}

export function byteRate(description: string, example: number): TNumber {
  return Type.Number({ minimum: 0, description: `${description} Bytes per second.`, examples: [example] })
}

export function count(description: string, example: number): TInteger {
  return Type.Integer({ minimum: 0, description, examples: [example] })
}

export function fraction(description: string, example: number): TNumber {
  return Type.Number({ minimum: 0, maximum: 1, description, examples: [example] })
}

export const INFO_HASH_EXAMPLE = '0123456789abcdef0123456789abcdef01234567'

/** Parameters of every route below a swarm. */
export const SwarmParams = Type.Object({
  infoHash: Type.String({
    pattern: '^[0-9a-fA-F]{40}$',
    description: "The swarm's info hash: 40 hex digits, in either case.",
    examples: [INFO_HASH_EXAMPLE],
  }),
})

/** The info hash in parameters that have passed validation. */
export function infoHashOf(params: Static<typeof SwarmParams>): InfoHash {
  return params.infoHash.toLowerCase() as InfoHash
}
