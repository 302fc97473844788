import type { components } from '../../../openapi/client.d.ts'
import { clientCommand, type ClientCommand, runClient } from '../client/client-command.ts'
import type { ClientOptions } from '../client/client-config.ts'
import { exitCodes } from '../exit-codes.ts'
import { formatDuration, formatPercent, formatRate } from '../terminal/quantities.ts'
import type { Column } from '../terminal/table.ts'

type Member = components['schemas']['Member']
interface Line {
  readonly member: Member
  readonly swarm: Member['swarms'][number] | null
}

const columns: readonly Column<Line>[] = [
  { title: 'MACHINE', text: ({ member }) => (member.isSelf ? `${member.name} (this one)` : member.name) },
  { title: 'ADDRESS', text: ({ member }) => addressOf(member) },
  { title: 'IS', text: ({ member }) => member.state },
  { title: 'SWARM', text: ({ swarm }) => (swarm === null ? '-' : (swarm.name ?? swarm.infoHash.slice(0, 8))) },
  { title: 'DONE', text: ({ swarm }) => (swarm === null ? '' : formatPercent(swarm.progress)), align: 'right' },
  { title: 'DOWN', text: (line) => rate(line, 'downloadRate'), align: 'right' },
  { title: 'UP', text: (line) => rate(line, 'uploadRate'), align: 'right' },
  { title: 'ETA', text: eta, align: 'right' },
  { title: 'STATE', text: ({ member, swarm }) => stateOf(member, swarm) },
]

function addressOf({ addresses: [address], peerPort }: Member): string {
  if (address === undefined) return '-'
  return address.includes(':') ? `[${address}]:${peerPort}` : `${address}:${peerPort}`
}

/** What one that is gone said last of its rates is no longer so. */
function rate({ member, swarm }: Line, which: 'downloadRate' | 'uploadRate'): string {
  if (swarm === null) return ''
  return member.state === 'gone' ? '-' : formatRate(swarm[which])
}

function eta({ member, swarm }: Line): string {
  if (member.state === 'gone') return '-'
  return swarm === null || swarm.etaSeconds === null || swarm.progress >= 1 ? '-' : formatDuration(swarm.etaSeconds)
}

function stateOf({ state, stateReason }: Member, swarm: Line['swarm']): string {
  if (state !== 'alive' || swarm === null) return stateReason
  return swarm.isStuck ? `${swarm.state}, stuck` : swarm.state
}

/** A line for each machine and swarm. */
export const members: ClientCommand = (program, start) => {
  clientCommand(program, 'members', 'List all machines of the network, and how far each is with its swarms.').action(
    (options: ClientOptions) =>
      start((system) =>
        runClient(options, system, async ({ api, print }) => {
          const found = await api.all((client, query) => client.GET('/network/members', { params: { query } }))
          print.answer(found, (all) => print.table(all.flatMap(linesOf), columns))
          return exitCodes.ok
        }),
      ),
  )
}

function linesOf(member: Member): Line[] {
  return member.swarms.length === 0 ? [{ member, swarm: null }] : member.swarms.map((swarm) => ({ member, swarm }))
}
