import type { FastifySchemaCompiler, FastifySchemaValidationError } from 'fastify'
import type { TSchema } from 'typebox'
import type * as Compiling from 'typebox/compile'
import type { RequestFault } from './problem.ts'

let compiler: typeof Compiling | undefined

/** Before the first validation: what makes validators is a fourth of all that the routes load, and a start has no use for it. */
export async function loadCompiler(): Promise<void> {
  compiler ??= await import('typebox/compile')
}

/**
 * Validates with TypeBox and not with Fastify's Ajv, which has one setting for all parts of a request: bodies are
 * taken as they are (`5` is no string), while queries and paths, which are texts, may become numbers.
 */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  let type: ReturnType<typeof makeType> | undefined
  return (value: unknown) => {
    type ??= makeType(schema)
    const input = httpPart === 'body' ? value : withNumbers(schema, value)
    if (type.Check(input)) return { value: input }
    return { error: type.Errors(input) as unknown as Error }
  }
}

function makeType(schema: TSchema) {
  if (!compiler) throw new Error('bug: validation before loadCompiler')
  return compiler.Compile(schema)
}

/** The parts of a query that should be integers and are written as such. */
function withNumbers(schema: TSchema, value: unknown): unknown {
  const properties = (schema as { properties?: Record<string, { type?: unknown }> }).properties ?? {}
  const entries = Object.entries(value as Record<string, unknown>).map(([name, text]) => {
    const wanted = Object.hasOwn(properties, name) && properties[name]?.type === 'integer'
    return [name, wanted && typeof text === 'string' && /^-?\d{1,15}$/.test(text) ? Number(text) : text]
  })
  return Object.fromEntries(entries) as unknown
}

const parts: Readonly<Record<string, RequestFault['in']>> = {
  body: 'body',
  querystring: 'query',
  params: 'path',
  headers: 'header',
}

/** What a failed validation says, one entry a place. */
export function requestFaults(
  validation: readonly FastifySchemaValidationError[],
  context: string | undefined,
): RequestFault[] {
  const part = parts[context ?? 'body'] ?? 'body'
  return validation.flatMap(({ keyword, instancePath, params, message }): RequestFault[] => {
    const at = (pointer: string, detail: string): RequestFault => ({ in: part, pointer: `#${pointer}`, detail })
    switch (keyword) {
      case 'required': {
        const missing = params['requiredProperties'] as readonly string[]
        return missing.map((name) => at(`${instancePath}/${name}`, 'is required'))
      }
      case 'additionalProperties':
        return [] // each of them comes by itself, as `boolean`
      case 'boolean':
        return [at(instancePath, 'is not known here')]
      case 'enum': {
        const allowed = params['allowedValues'] as readonly unknown[]
        return [at(instancePath, `must be one of ${allowed.map((word) => JSON.stringify(word)).join(', ')}`)]
      }
      default:
        return [at(instancePath, message ?? 'is not valid')]
    }
  })
}
