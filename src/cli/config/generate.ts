/** Writes the table of settings into README.md. With `--check` it writes nothing and exits 1 when the file differs. */
import { readFile, writeFile } from 'node:fs/promises'
import { settingsTable } from './config-text.ts'

const file = new URL('../../../README.md', import.meta.url)
const text = await readFile(file, 'utf8')
const place = /(<!-- settings: .* -->\n)[\s\S]*?(<!-- end of settings -->)/
if (!place.test(text)) throw new Error('README.md has no place for the table of settings')
const written = text.replace(place, (_whole, begin: string, end: string) => `${begin}\n${settingsTable()}\n\n${end}`)
if (!process.argv.includes('--check')) {
  await writeFile(file, written)
} else if (written !== text) {
  process.stderr.write('the settings in README.md are not those of the program; run: npm run generate\n')
  process.exitCode = 1
}
