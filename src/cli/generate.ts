/**
 * `npm run generate`: runs every generator of the repository. With `--check` none writes, and it exits 1 when a
 * committed file is not what they would write.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const generators = ['../control/generate.ts', '../web/generate.ts', './config/generate.ts', '../../grafana/generate.ts']

for (const generator of generators) {
  const file = fileURLToPath(new URL(generator, import.meta.url))
  const { status } = spawnSync(process.execPath, [file, ...process.argv.slice(2)], { stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}
