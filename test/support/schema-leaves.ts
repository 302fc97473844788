/** Every value that a document describes: parameters, headers, and the fields of its schemas. */

export interface DescribedValue {
  /** Where in the document. */
  readonly at: string
  readonly schema: Schema
}

export interface Schema {
  readonly type?: unknown
  readonly examples?: readonly unknown[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly [key: string]: unknown
}

/** What a schema is put together of; such a one is described by its parts. */
const PARTS = ['$ref', 'properties', 'items', 'anyOf', 'oneOf', 'allOf']

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** Those that are not put together of others, in the order of the document. */
export function describedValues(document: unknown): DescribedValue[] {
  const found: DescribedValue[] = []
  const look = (schema: unknown, at: string): void => {
    if (!isObject(schema)) return
    const { items, ...rest } = schema
    // A list with an example needs none of its items.
    const isList = items !== undefined && schema['examples'] !== undefined
    if (isList || !PARTS.some((part) => part in schema)) found.push({ at, schema })
    walk(isList ? rest : schema, at)
  }
  const walk = (value: unknown, at: string): void => {
    if (!isObject(value)) return
    for (const [key, inner] of Object.entries(value)) {
      // What stands in an example is no schema.
      if (['examples', 'example', 'enum', 'default'].includes(key)) continue
      const here = `${at}/${key}`
      if (key === 'properties' && isObject(inner)) {
        for (const [name, field] of Object.entries(inner)) look(field, `${here}/${name}`)
      } else if (['parameters', 'headers'].includes(key) && isObject(inner)) {
        for (const [name, each] of Object.entries(inner)) {
          if (!isObject(each)) continue
          const { schema, example } = each
          const own = example === undefined ? {} : { examples: [example] }
          const title = typeof each['name'] === 'string' ? each['name'] : name
          look({ ...(isObject(schema) ? schema : {}), ...own }, `${here}/${title}`)
        }
      } else if (key === 'items') look(inner, here)
      else walk(inner, here)
    }
  }
  walk(document, '')
  return found
}
