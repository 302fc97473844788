import type { Swarm } from '../client/api-client.ts'
import { clientCommand, type ClientCommand, runClient } from '../client/client-command.ts'
import type { ClientOptions } from '../client/client-config.ts'
import { listSwarms } from '../client/find-swarm.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Column } from '../terminal/table.ts'
import { formatBytes, formatDuration, formatPercent, formatRate } from '../terminal/quantities.ts'

const columns: readonly Column<Swarm>[] = [
  { title: 'HASH', text: ({ infoHash }) => infoHash.slice(0, 8) },
  { title: 'NAME', text: ({ name }) => name },
  { title: 'STATUS', text: ({ status }) => status },
  { title: 'DONE', text: ({ progress }) => formatPercent(progress), align: 'right' },
  { title: 'LENGTH', text: ({ length }) => (length === 0 ? '-' : formatBytes(length)), align: 'right' },
  { title: 'DOWN', text: ({ downloadRate }) => formatRate(downloadRate), align: 'right' },
  { title: 'UP', text: ({ uploadRate }) => formatRate(uploadRate), align: 'right' },
  { title: 'ETA', text: eta, align: 'right' },
  { title: 'PEERS', text: ({ peers }) => String(peers.connected), align: 'right' },
  { title: 'STATE', text: ({ state, stateReason }) => `${state}: ${stateReason}` },
]

function eta({ etaSeconds, progress }: Swarm): string {
  return etaSeconds === null || progress >= 1 ? '-' : formatDuration(etaSeconds)
}

export const ls: ClientCommand = (program, start) => {
  clientCommand(program, 'ls', 'List the swarms of the service.').action((options: ClientOptions) =>
    start((system) =>
      runClient(options, system, async ({ api, print }) => {
        print.answer(await listSwarms(api), (swarms) =>
          swarms.length === 0 ? ['no swarms yet; `swarmd add FILE.torrent` adds one'] : print.table(swarms, columns),
        )
        return exitCodes.ok
      }),
    ),
  )
}
