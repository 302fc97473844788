import { clientCommand, type ClientCommand, runClient } from '../client/client-command.ts'
import type { ClientOptions } from '../client/client-config.ts'
import { listSwarms, pickSwarm } from '../client/find-swarm.ts'
import { exitCodes } from '../exit-codes.ts'

export const rm: ClientCommand = (program, start) => {
  clientCommand(program, 'rm <swarm...>', 'Leave swarms and forget them. Complete files stay.')
    .option('--data', 'delete complete files in shareable/ too')
    .action((words: string[], options: ClientOptions & { readonly data?: boolean }) =>
      start((system) =>
        runClient(options, system, async ({ api, print }) => {
          const all = await listSwarms(api)
          const data = options.data === true ? 'delete' : 'keep'
          for (const swarm of words.map((word) => pickSwarm(all, word))) {
            const { infoHash } = swarm
            await api.tell((client) =>
              client.DELETE('/swarms/{infoHash}', { params: { path: { infoHash }, query: { data } } }),
            )
            if (print.json) print.jsonLine({ infoHash, data })
            else print.line(`${swarm.name}: forgotten${data === 'delete' ? ', and its files deleted' : ''}`)
          }
          return exitCodes.ok
        }),
      ),
    )
}
