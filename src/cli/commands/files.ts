import type { components } from '../../../openapi/client.d.ts'
import { clientCommand, type ClientCommand, runClient } from '../client/client-command.ts'
import type { ClientOptions } from '../client/client-config.ts'
import { findSwarm } from '../client/find-swarm.ts'
import { exitCodes } from '../exit-codes.ts'
import { formatBytes, formatPercent } from '../terminal/quantities.ts'
import type { Column } from '../terminal/table.ts'

const columns: readonly Column<components['schemas']['File']>[] = [
  { title: '#', text: ({ index }) => String(index), align: 'right' },
  { title: 'DONE', text: ({ progress }) => formatPercent(progress), align: 'right' },
  { title: 'LENGTH', text: ({ length }) => formatBytes(length), align: 'right' },
  { title: 'PRIORITY', text: ({ priority }) => priority },
  { title: 'PATH', text: ({ path }) => path },
]

export const files: ClientCommand = (program, start) => {
  clientCommand(program, 'files <swarm>', 'List the files of a swarm.').action((word: string, options: ClientOptions) =>
    start((system) =>
      runClient(options, system, async ({ api, print }) => {
        const { infoHash } = await findSwarm(api, word)
        const found = await api.all((client, query) =>
          client.GET('/swarms/{infoHash}/files', { params: { path: { infoHash }, query } }),
        )
        print.answer(found, (all) => print.table(all, columns))
        return exitCodes.ok
      }),
    ),
  )
}
