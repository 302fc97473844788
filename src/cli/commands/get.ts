import { addSwarm } from '../client/add-swarm.ts'
import { clientCommand, type ClientCommand, runClient } from '../client/client-command.ts'
import type { ClientOptions } from '../client/client-config.ts'
import { waitForSwarm } from '../client/wait-for-swarm.ts'
import { exitCodes } from '../exit-codes.ts'

export const get: ClientCommand = (program, start) => {
  clientCommand(
    program,
    'get <torrent>',
    'Add a torrent: a .torrent, a magnet link, or the name of a file that another machine has; with --wait, show how it comes until it is complete.',
  )
    .option('--wait', 'wait until it is complete: bars on a terminal, lines in a pipe')
    .action((torrent: string, options: ClientOptions & { readonly wait?: boolean }) =>
      start((system) =>
        runClient(options, system, async (run) => {
          const { swarm } = await addSwarm(run.api, torrent)
          if (options.wait === true) return waitForSwarm(run, swarm.infoHash)
          run.print.answer(swarm, () => [`${swarm.infoHash} ${swarm.state}`])
          return exitCodes.ok
        }),
      ),
    )
}
