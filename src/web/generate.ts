/**
 * Bundles the page into src/control/web-page/, so that the service needs no build to serve it. With `--check` it writes
 * nothing and exits 1 when a file differs from what the sources make.
 */
import { build } from 'esbuild'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
const folder = here('../control/web-page/')

const { outputFiles } = await build({
  entryPoints: [
    { in: here('./index.ts'), out: 'app' },
    { in: here('./assets/page.css'), out: 'app' },
  ],
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  charset: 'utf8',
  legalComments: 'none',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  tsconfigRaw: {},
  outdir: folder,
  write: false,
  logLevel: 'warning',
})
const generated = [
  ...outputFiles.map(({ path, text }) => ({ path, text })),
  ...(await Promise.all(
    ['index.html', 'icon.svg'].map(async (name) => ({
      path: `${folder}${name}`,
      text: await readFile(here(`./assets/${name}`), 'utf8'),
    })),
  )),
]
if (!process.argv.includes('--check')) {
  await mkdir(folder, { recursive: true })
  for (const { path, text } of generated) await writeFile(path, text)
} else {
  for (const { path, text } of generated) {
    if ((await readFile(path, 'utf8').catch(() => '')) === text) continue
    process.stderr.write(`${path} is not what src/web makes; run: npm run generate\n`)
    process.exitCode = 1
  }
}
