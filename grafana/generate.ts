/** Writes dashboards/*.json. With `--check` it writes nothing and exits 1 when a file differs. */
import { readFile, writeFile } from 'node:fs/promises'
import { dashboardFiles } from './dashboards.ts'

for (const { name, text } of dashboardFiles()) {
  const file = new URL(`dashboards/${name}`, import.meta.url)
  if (!process.argv.includes('--check')) {
    await writeFile(file, text)
  } else if ((await readFile(file, 'utf8').catch(() => '')) !== text) {
    process.stderr.write(`grafana/dashboards/${name} is not what its plan says; run: npm run generate\n`)
    process.exitCode = 1
  }
}
