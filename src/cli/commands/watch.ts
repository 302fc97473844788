import { clientCommand, type ClientCommand, runClient } from '../client/client-command.ts'
import type { ClientOptions } from '../client/client-config.ts'
import { listSwarms, pickSwarm } from '../client/find-swarm.ts'
import { follow } from '../client/follow.ts'
import { exitCodes } from '../exit-codes.ts'

export const watch: ClientCommand = (program, start) => {
  clientCommand(program, 'watch [swarm...]', 'Show how swarms go on, all of them or these, until Ctrl-C.')
    .addHelpText('after', '\nBars on a terminal, lines in a pipe; with --json a line of JSON each second.')
    .action((words: string[], options: ClientOptions) =>
      start((system) =>
        runClient(options, system, (run) =>
          follow(run, {
            stream: run.print.json,
            swarms: async () => {
              const all = await listSwarms(run.api)
              return words.length === 0 ? all : words.map((word) => pickSwarm(all, word))
            },
            done: () => (system.unread.aborted ? exitCodes.ok : null),
          }),
        ),
      ),
    )
}
