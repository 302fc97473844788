import { actOnSwarms, stateLine } from '../client/act-on-swarms.ts'
import { clientCommand, type ClientCommand, runClient } from '../client/client-command.ts'
import type { ClientOptions } from '../client/client-config.ts'

export const recheck: ClientCommand = (program, start) => {
  clientCommand(program, 'recheck <swarm...>', 'Read all pieces of swarms back, trusting nothing.').action(
    (words: string[], options: ClientOptions) =>
      start((system) => runClient(options, system, (run) => actOnSwarms(run, words, { action: 'recheck' }, stateLine))),
  )
}
