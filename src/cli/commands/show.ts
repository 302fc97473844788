import type { Swarm } from '../client/api-client.ts'
import { clientCommand, type ClientCommand, runClient } from '../client/client-command.ts'
import type { ClientOptions } from '../client/client-config.ts'
import { findSwarm } from '../client/find-swarm.ts'
import { exitCodes } from '../exit-codes.ts'
import { limitText } from '../rate-word.ts'
import { printable } from '../terminal/printable.ts'
import { formatBytes, formatDuration, formatPercent, formatRate } from '../terminal/quantities.ts'

/** What there is to know about a swarm, a line each. */
function lines(swarm: Swarm): string[] {
  const { pieces, peers } = swarm
  const facts: readonly (readonly [string, string])[] = [
    ['name', swarm.name],
    ['info hash', swarm.infoHash],
    ['status', swarm.status],
    ['state', `${swarm.state}: ${swarm.stateReason}`],
    ['done', `${formatPercent(swarm.progress)}, ${pieces.have} of ${pieces.total} pieces`],
    [
      'length',
      swarm.length === 0
        ? 'not known before the metadata is here'
        : `${formatBytes(swarm.length)} (${swarm.length} bytes) in pieces of ${swarm.pieceLength}`,
    ],
    ['rates', `${formatRate(swarm.downloadRate)} down, ${formatRate(swarm.uploadRate)} up`],
    [
      'payload',
      `${formatBytes(swarm.downloaded)} got, ${formatBytes(swarm.uploaded)} given, ${formatBytes(swarm.wasted)} wasted`,
    ],
    ['left', swarm.etaSeconds === null ? 'unknown' : formatDuration(swarm.etaSeconds)],
    [
      'peers',
      `${peers.connected} connected, ${peers.downloadingFrom} downloaded from, ${peers.unchoked} unchoked, ${peers.known} known`,
    ],
    ['limits', `down ${limitText(swarm.downloadLimit)}, up ${limitText(swarm.uploadLimit)}`],
    ['order', swarm.sequential ? 'pieces from the first to the last' : 'rarest pieces first'],
    ['added', swarm.addedAt],
    ['complete', swarm.completedAt ?? 'not yet'],
    ['private', swarm.isPrivate ? 'yes' : 'no'],
  ]
  return facts.map(([what, text]) => `${what.padEnd(10)} ${printable(text)}`)
}

export const show: ClientCommand = (program, start) => {
  clientCommand(program, 'show <swarm>', 'Show a swarm, by info hash, its beginning, or name.').action(
    (word: string, options: ClientOptions) =>
      start((system) =>
        runClient(options, system, async ({ api, print }) => {
          print.answer(await findSwarm(api, word), lines)
          return exitCodes.ok
        }),
      ),
  )
}
