import { clientCommand, type ClientCommand, runClient } from '../client/client-command.ts'
import type { ClientOptions } from '../client/client-config.ts'
import { listSwarms, pickSwarm } from '../client/find-swarm.ts'
import { exitCodes } from '../exit-codes.ts'

export const recheck: ClientCommand = (program, start) => {
  clientCommand(program, 'recheck <swarm...>', 'Read all pieces of swarms back, trusting nothing.').action(
    (words: string[], options: ClientOptions) =>
      start((system) =>
        runClient(options, system, async ({ api, print }) => {
          const all = await listSwarms(api)
          for (const { infoHash } of words.map((word) => pickSwarm(all, word))) {
            const swarm = await api.ask((client) =>
              client.POST('/swarms/{infoHash}/recheck', { params: { path: { infoHash } } }),
            )
            if (print.json) print.jsonLine(swarm)
            else print.line(`${swarm.name}: ${swarm.state}`)
          }
          return exitCodes.ok
        }),
      ),
  )
}
