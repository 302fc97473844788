import { clientCommand, type ClientCommand, runClient } from '../client/client-command.ts'
import type { ClientOptions } from '../client/client-config.ts'
import { findSwarm } from '../client/find-swarm.ts'
import { exitCodes } from '../exit-codes.ts'

export const magnet: ClientCommand = (program, start) => {
  clientCommand(program, 'magnet <swarm>', 'Print a magnet link for others, that names this peer.').action(
    (word: string, options: ClientOptions) =>
      start((system) =>
        runClient(options, system, async ({ api, print }) => {
          const { infoHash } = await findSwarm(api, word)
          const answer = await api.ask((client) =>
            client.GET('/swarms/{infoHash}/magnet', { params: { path: { infoHash } } }),
          )
          print.answer(answer, ({ magnet: link }) => [link])
          return exitCodes.ok
        }),
      ),
  )
}
