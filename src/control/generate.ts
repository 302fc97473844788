/**
 * Writes what follows from the routes: openapi/openapi.json, of it the types of the client that the command line and the
 * page use, openapi/asyncapi.json of the events, and the page of the metrics. With `--check` it writes nothing and exits 1 when a file differs.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { clientTypes } from './client-types.ts'
import { asyncApiDocument } from './events/async-api.ts'
import { metricsPage } from './metrics/metrics-page.ts'
import { documentedVersion, openApiDocument } from './openapi-document.ts'

const document = await openApiDocument()
const generated = [
  { name: 'openapi/openapi.json', text: document },
  { name: 'openapi/asyncapi.json', text: asyncApiDocument(await documentedVersion()) },
  { name: 'openapi/client.d.ts', text: await clientTypes(document) },
  { name: 'openapi/metrics.md', text: metricsPage() },
]
for (const { name, text } of generated) {
  const file = new URL(`../../${name}`, import.meta.url)
  if (!process.argv.includes('--check')) {
    await writeFile(file, text)
  } else if ((await readFile(file, 'utf8').catch(() => '')) !== text) {
    process.stderr.write(`${name} is not what the routes say; run: npm run generate\n`)
    process.exitCode = 1
  }
}
