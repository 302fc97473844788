/**
 * Writes what follows from the settings: their table in README.md, and openapi/swarmd-config.schema.json. With `--check` it
 * writes nothing and exits 1 when a file differs.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { configSchema, SCHEMA_URL } from './config-schema.ts'
import { settingsTable } from './config-text.ts'

const readme = new URL('../../../README.md', import.meta.url)
const text = await readFile(readme, 'utf8')
const place = /(<!-- settings: .* -->\n)[\s\S]*?(<!-- end of settings -->)/
if (!place.test(text)) throw new Error('README.md has no place for the table of settings')
const table = text.replace(place, (_whole, begin: string, end: string) => `${begin}\n${settingsTable()}\n\n${end}`)
const generated = [
  { name: 'the table of settings in README.md', file: readme, text: table },
  { name: 'openapi/swarmd-config.schema.json', file: SCHEMA_URL, text: configSchema() },
]
for (const { name, file, text } of generated) {
  if (!process.argv.includes('--check')) {
    await writeFile(file, text)
  } else if ((await readFile(file, 'utf8').catch(() => '')) !== text) {
    process.stderr.write(`${name} is not what the settings say; run: npm run generate\n`)
    process.exitCode = 1
  }
}
