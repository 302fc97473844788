import { clientCommand, type ClientCommand, runClient } from '../client/client-command.ts'
import type { ClientOptions } from '../client/client-config.ts'
import { addSwarm } from '../client/add-swarm.ts'
import { exitCodes } from '../exit-codes.ts'

/** Adding what is there already is no fault: scripts may repeat it. */
export const add: ClientCommand = (program, start) => {
  clientCommand(
    program,
    'add <torrent...>',
    'Add torrents: magnet links, paths of .torrent files on this machine, or names of files that other machines have.',
  ).action((torrents: string[], options: ClientOptions) =>
    start((system) =>
      runClient(options, system, async ({ api, print }) => {
        for (const torrent of torrents) {
          const { created, swarm } = await addSwarm(api, torrent)
          if (print.json) print.jsonLine(swarm)
          else print.line(`${swarm.infoHash} ${swarm.name}${created ? '' : ' (was there already)'}`)
        }
        return exitCodes.ok
      }),
    ),
  )
}
