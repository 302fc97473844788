/** JSON Schema of swarmd.toml, for editors: they complete it, explain it, and mark what is wrong while it is written. */
import { keyOf, type Setting, settingNames, settingOf } from './settings.ts'

/** Where it lies, for `#:schema` in a file of settings. */
export const SCHEMA_URL = new URL('../../../openapi/swarmd-config.schema.json', import.meta.url)

/** The text of openapi/swarmd-config.schema.json, draft 2020-12. */
export function configSchema(): string {
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'swarmd.toml',
    description: 'Settings of swarmd. A flag or a variable of the environment wins over what stands here.',
    type: 'object',
    properties: Object.fromEntries(settingNames.map((name) => [keyOf(name), shapeOf(settingOf(name))])),
    additionalProperties: false,
  }
  return `${JSON.stringify(schema, null, 2)}\n`
}

function shapeOf(setting: Setting): Record<string, unknown> {
  const { type, description, otherwise } = setting
  const shape = {
    description: `${description}${otherwise === undefined ? '' : ` (default: ${otherwise})`}`,
    ...(setting.default === undefined ? {} : { default: setting.default }),
  }
  switch (type) {
    case 'integer':
      return { type, ...shape, minimum: setting.minimum, maximum: setting.maximum }
    case 'boolean':
      return { type, ...shape }
    case 'string':
      return { type, ...shape, ...(setting.enum && { enum: setting.enum }), ...pattern(setting.pattern) }
    case 'array':
      return { type, ...shape, items: { type: 'string', ...pattern(setting.pattern) } }
  }
}

const pattern = (pattern: string | undefined): { pattern?: string } => (pattern === undefined ? {} : { pattern })
