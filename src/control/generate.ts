/**
 * Writes openapi/openapi.json from the routes. With `--check` it writes nothing and exits 1 when the file differs.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { openApiDocument } from './openapi-document.ts'

const file = new URL('../../openapi/openapi.json', import.meta.url)
const text = await openApiDocument()
if (!process.argv.includes('--check')) {
  await writeFile(file, text)
} else if ((await readFile(file, 'utf8').catch(() => '')) !== text) {
  process.stderr.write('openapi/openapi.json is not what the routes say; run: npm run generate\n')
  process.exitCode = 1
}
