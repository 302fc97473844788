import { actOnSwarms, stateLine } from './act-on-swarms.ts'
import { clientCommand, type ClientCommand, runClient } from './client-command.ts'
import type { ClientOptions } from './client-config.ts'

/** `start` and `stop`. */
export function stateCommand(name: string, description: string, state: 'started' | 'stopped'): ClientCommand {
  return (program, start) => {
    clientCommand(program, `${name} <swarm...>`, description).action((words: string[], options: ClientOptions) =>
      start((system) =>
        runClient(options, system, (run) =>
          actOnSwarms(run, words, { action: 'change', change: { state } }, stateLine),
        ),
      ),
    )
  }
}
