import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const README = join(import.meta.dirname, '../../README.md')

/** The lines of the block of shell that follows `<!-- recipe: NAME -->` in the README, as they stand there. */
export function readmeLines(name: string): string[] {
  const text = readFileSync(README, 'utf8')
  const [, block] = text.split(`<!-- recipe: ${name} -->\n\n\`\`\`sh\n`)
  if (block === undefined) throw new Error(`the README has no recipe "${name}"`)
  return block.slice(0, block.indexOf('\n```')).split('\n')
}
