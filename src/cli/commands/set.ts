import { Option } from 'commander'
import { actOnSwarms, type SwarmAction } from '../client/act-on-swarms.ts'
import type { Swarm } from '../client/api-client.ts'
import { clientCommand, type ClientCommand, type ClientRun, runClient } from '../client/client-command.ts'
import type { ClientOptions } from '../client/client-config.ts'
import { type FileChoice, fileChoiceOf, pickFiles } from '../client/file-choice.ts'
import { findSwarm } from '../client/find-swarm.ts'
import { limitChanges, limitText, rateOf, type RateWord } from '../rate-word.ts'

interface SetOptions extends ClientOptions {
  readonly down?: RateWord
  readonly up?: RateWord
  readonly sequential?: 'on' | 'off'
  readonly file?: readonly FileChoice[]
}

type Change = NonNullable<SwarmAction['change']>
type FileChanges = NonNullable<Change['files']>

/** The service takes so many at once. */
const MOST_FILES = 1000

const people = ({ name, downloadLimit, uploadLimit, sequential }: Swarm): string =>
  `${name}: down ${limitText(downloadLimit)}, up ${limitText(uploadLimit)}, pieces ${sequential ? 'from first to last' : 'rarest first'}`

const filesText = (files: Change['files'] = []): string =>
  files.length === 0 ? '' : `; ${files.length} ${files.length === 1 ? 'file' : 'files'} set`

/** How fast, in what order, which files. */
export const set: ClientCommand = (program, start) => {
  const command = clientCommand(program, 'set <swarm...>', 'Set limits, order and file priorities of swarms.')
  command
    .option('--down <rate>', 'most that may come in a second: 10MB, 500k, none', rateOf)
    .option('--up <rate>', 'most that may go out a second', rateOf)
    .addOption(new Option('--sequential <on|off>', 'pieces from the first to the last').choices(['on', 'off']))
    .option(
      '--file <file=priority>',
      'which file is off, low, normal or high, by index, path, or path with *; again for more, the last word holds',
      (text: string, before: readonly FileChoice[] | undefined) => [...(before ?? []), fileChoiceOf(text)],
    )
    .addHelpText('after', "\nFor one file of many:  swarmd set course --file '*=off' --file notes.pdf=high")
    .action((words: string[], options: SetOptions) => {
      const { down, up, sequential, file } = options
      if (down === undefined && up === undefined && sequential === undefined && file === undefined) {
        command.error('error: nothing to set; give --down, --up, --sequential or --file')
      }
      if (file !== undefined && words.length > 1) {
        command.error('error: --file is for one swarm, as each has its own files')
      }
      start((system) =>
        runClient(options, system, async (run) => {
          const change: Change = {
            ...limitChanges({ down, up }),
            ...(sequential === undefined ? {} : { sequential: sequential === 'on' }),
            ...(file === undefined ? {} : { files: await chosen(run, words[0] ?? '', file) }),
          }
          return actOnSwarms(
            run,
            words,
            { action: 'change', change },
            {
              people: ({ before, now }) => people(now ?? before) + filesText(change.files),
              json: ({ now }) => now,
            },
          )
        }),
      )
    })
}

/** The choices, of a torrent with very many files all but the last thousand done already. */
async function chosen({ api }: ClientRun, word: string, choices: readonly FileChoice[]): Promise<FileChanges> {
  const { infoHash } = await findSwarm(api, word)
  const path = { infoHash }
  const files = await api.all((client, query) => client.GET('/swarms/{infoHash}/files', { params: { path, query } }))
  let rest = pickFiles(files, choices)
  for (; rest.length > MOST_FILES; rest = rest.slice(MOST_FILES)) {
    const body = { files: rest.slice(0, MOST_FILES) }
    await api.ask((client) => client.PATCH('/swarms/{infoHash}', { params: { path }, body }))
  }
  return rest
}
