import { exitCodes } from '../exit-codes.ts'
import { printable } from '../terminal/printable.ts'
import { formatBytes, formatDuration } from '../terminal/quantities.ts'
import type { Swarm } from './api-client.ts'
import type { ClientRun } from './client-command.ts'
import { follow } from './follow.ts'

/**
 * Until the files of the swarm lie in shareable/; or those that are wanted, when others are switched off.
 * @returns the exit code: 1 when it will not go on by itself
 */
export async function waitForSwarm(run: ClientRun, infoHash: string): Promise<number> {
  const { api, system, print } = run
  const began = system.now()
  let last: Swarm | undefined
  const code = await follow(run, {
    stream: false,
    swarms: async () => {
      last = await api.ask((client) => client.GET('/swarms/{infoHash}', { params: { path: { infoHash } } }))
      return [last]
    },
    done: ([swarm]) => (swarm === undefined ? null : endOf(swarm)),
  })
  if (last === undefined) return code
  if (print.json) print.answer(last, () => [])
  else if (code === exitCodes.ok) print.line(completeLine(last, (system.now() - began) / 1000))
  else system.err(`swarmd: ${printable(`${last.name}: ${last.state}: ${last.stateReason}`)}\n`)
  return code
}

function endOf({ status, state }: Swarm): number | null {
  if (status === 'seeder' || state === 'seeding') return exitCodes.ok
  return state === 'error' || state === 'stopped' ? exitCodes.failed : null
}

function completeLine({ name, status, length, progress }: Swarm, seconds: number): string {
  const what =
    status === 'seeder'
      ? `complete, ${formatBytes(length)}`
      : `all that is wanted is here, ${formatBytes(Math.round(progress * length))} of ${formatBytes(length)}`
  return `${name}: ${what}, waited ${formatDuration(seconds)}`
}
