import type { Peer } from '../client/api-client.ts'
import { clientCommand, type ClientCommand, runClient } from '../client/client-command.ts'
import type { ClientOptions } from '../client/client-config.ts'
import { findSwarm } from '../client/find-swarm.ts'
import { exitCodes } from '../exit-codes.ts'
import { formatBytes, formatPercent, formatRate } from '../terminal/quantities.ts'
import type { Column } from '../terminal/table.ts'

const columns: readonly Column<Peer>[] = [
  { title: 'PEER', text: ({ address }) => address },
  { title: 'CLIENT', text: ({ client }) => client || '-' },
  { title: 'HAS', text: ({ progress }) => formatPercent(progress), align: 'right' },
  { title: 'DOWN', text: ({ downloadRate }) => formatRate(downloadRate), align: 'right' },
  { title: 'UP', text: ({ uploadRate }) => formatRate(uploadRate), align: 'right' },
  { title: 'GOT', text: ({ downloaded }) => formatBytes(downloaded), align: 'right' },
  { title: 'GIVEN', text: ({ uploaded }) => formatBytes(uploaded), align: 'right' },
  { title: 'WE GIVE', text: ({ chokeReason }) => chokeReason },
  { title: 'WE GET', text: ({ downloadReason }) => downloadReason },
]

export const peers: ClientCommand = (program, start) => {
  clientCommand(program, 'peers <swarm>', 'List the connected peers of a swarm, with rates and reasons.').action(
    (word: string, options: ClientOptions) =>
      start((system) =>
        runClient(options, system, async ({ api, print }) => {
          const { infoHash } = await findSwarm(api, word)
          const found = await api.all((client, query) =>
            client.GET('/swarms/{infoHash}/peers', { params: { path: { infoHash }, query } }),
          )
          print.answer(found, (all) => (all.length === 0 ? ['no peers are connected'] : print.table(all, columns)))
          return exitCodes.ok
        }),
      ),
  )
}
