import { clientCommand, type ClientCommand, runClient } from '../client/client-command.ts'
import type { ClientOptions } from '../client/client-config.ts'
import { findSwarm } from '../client/find-swarm.ts'
import { exitCodes } from '../exit-codes.ts'
import { pieceLines } from '../terminal/piece-lines.ts'
import { speaksUnicode } from '../terminal/paint.ts'

export const pieces: ClientCommand = (program, start) => {
  clientCommand(program, 'pieces <swarm>', 'Draw which pieces are here, and how many peers have them.').action(
    (word: string, options: ClientOptions) =>
      start((system) =>
        runClient(options, system, async ({ api, print }) => {
          const { infoHash } = await findSwarm(api, word)
          const found = await api.ask((client) =>
            client.GET('/swarms/{infoHash}/pieces', { params: { path: { infoHash } } }),
          )
          const columns = system.stdout.isTTY ? system.stdout.columns : 80
          print.answer(found, (all) => pieceLines(all, { columns, unicode: speaksUnicode(system.env) }))
          return exitCodes.ok
        }),
      ),
  )
}
