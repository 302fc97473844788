import { InvalidArgumentError } from 'commander'
import type { components } from '../../../openapi/client.d.ts'
import { ClientError } from './api-errors.ts'

type File = components['schemas']['File']

const PRIORITIES = ['off', 'low', 'normal', 'high'] as const satisfies readonly File['priority'][]

export interface FileChoice {
  /** Index, path, or path with `*` for any characters. */
  readonly which: string
  readonly priority: File['priority']
}

/** @param text `2=high`, `course/notes.pdf=off`, `*.iso=low` @throws InvalidArgumentError */
export function fileChoiceOf(text: string): FileChoice {
  const at = text.lastIndexOf('=')
  const priority = PRIORITIES.find((each) => each === text.slice(at + 1))
  if (at <= 0 || priority === undefined) throw new InvalidArgumentError(`write FILE=${PRIORITIES.join('|')}.`)
  return { which: text.slice(0, at), priority }
}

/**
 * The priority of each file that is meant; of several choices for it the last one.
 * @throws ClientError when one means no file
 */
export function pickFiles(
  files: readonly File[],
  choices: readonly FileChoice[],
): { index: number; priority: File['priority'] }[] {
  const chosen = new Map<number, File['priority']>()
  for (const { which, priority } of choices) {
    const found = files.filter(({ index, path }) => String(index) === which || matches(path, which))
    if (found.length === 0) throw new ClientError(`there is no file ${which}; \`swarmd files\` lists them`)
    for (const { index } of found) chosen.set(index, priority)
  }
  return Array.from(chosen, ([index, priority]) => ({ index, priority }))
}

/** The whole path, or the end of it after a slash. */
function matches(path: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[\\^$.|?+()[\]{}]/g, '\\$&'))
  return new RegExp(`^(?:.*/)?${parts.join('.*')}$`, 's').test(path)
}
