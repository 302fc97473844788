import { exitCodes } from '../exit-codes.ts'
import { clientCommand, type ClientCommand, runClient } from './client-command.ts'
import type { ClientOptions } from './client-config.ts'
import { listSwarms, pickSwarm } from './find-swarm.ts'

/** `start` and `stop`: all swarms are found before the first is changed. */
export function stateCommand(name: string, description: string, state: 'started' | 'stopped'): ClientCommand {
  return (program, run) => {
    clientCommand(program, `${name} <swarm...>`, description).action((words: string[], options: ClientOptions) =>
      run((system) =>
        runClient(options, system, async ({ api, print }) => {
          const all = await listSwarms(api)
          for (const { infoHash } of words.map((word) => pickSwarm(all, word))) {
            const swarm = await api.ask((client) =>
              client.PATCH('/swarms/{infoHash}', { params: { path: { infoHash } }, body: { state } }),
            )
            if (print.json) print.jsonLine(swarm)
            else print.line(`${swarm.name}: ${swarm.state}`)
          }
          return exitCodes.ok
        }),
      ),
    )
  }
}
