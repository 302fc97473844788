/** The API's answers about the choker as lines for a person: what happens in a swarm, and why. */
import { printable } from './terminal/printable.ts'
import { formatBytes, formatDuration, formatRate } from './terminal/quantities.ts'
import type { components } from '../../openapi/client.d.ts'

type Schemas = components['schemas']

export interface WhyAnswers {
  readonly swarm: Schemas['Swarm']
  /** null while the swarm is not running. */
  readonly choker: Schemas['Choker'] | null
  readonly peers: readonly Schemas['Peer'][]
  readonly fairness: Schemas['Fairness'] | null
  /** Of the last rounds, oldest first. */
  readonly records: readonly Schemas['ChokerRecord'][]
}

/** Why the swarm is as it is: its state, whom we serve, whom we download from, and how fair that came out. */
export function whySwarm({ swarm, choker, peers, fairness }: WhyAnswers): string[] {
  const lines = [`${printable(swarm.name)} is ${swarm.state}: ${printable(swarm.stateReason)}`]
  if (!choker) return lines
  const { unchoked, slots, ranking } = choker
  const full =
    choker.uploadState === 'choked' ? 'all taken, so that who asks now waits' : 'a free one goes to who asks next'
  lines.push('', `Whom we give to: ${unchoked} of ${slots} slots, ${full}`)
  lines.push(`  ${clock(choker)}`)
  if (ranking.length === 0) lines.push('  nobody is connected')
  for (const { address, rank, slot, reason, shareReason } of ranking) {
    const place = rank > 0 ? `${rank}.`.padStart(4) : '    '
    lines.push(
      `${place} ${slot === null ? '      ' : 'gives '} ${address.padEnd(widest(ranking))}  ${printable(reason)}${shareReason === null ? '' : `; ${printable(shareReason)}`}`,
    )
  }
  if (swarm.status !== 'seeder') {
    lines.push('', `Whom we get from: ${choker.sources.peers.length} of at most ${choker.sources.limit} at once`)
    if (peers.length === 0) lines.push('  nobody is connected')
    for (const { address, downloadRate, downloadReason } of peers) {
      const rate = downloadRate > 0 ? formatRate(downloadRate) : '-'
      lines.push(`     ${rate.padStart(10)}  ${address.padEnd(widest(peers))}  ${printable(downloadReason)}`)
    }
  }
  if (fairness) lines.push('', `How fair: ${fair(fairness)}`)
  return lines
}

/** Why one peer gets what it gets, and gives what it gives, with the decisions of the last rounds. */
export function whyPeer(answers: WhyAnswers, peer: Schemas['Peer']): string[] {
  const { choker, fairness, records, swarm } = answers
  const { address } = peer
  const client = peer.client === '' ? '' : ` (${printable(peer.client)})`
  const lines = [`${address}${client} in ${printable(swarm.name)}`, '', `We give: ${printable(peer.chokeReason)}`]
  if (choker) lines.push(`         ${clock(choker)}`)
  lines.push(`We get:  ${printable(peer.downloadReason)}`)
  const account = fairness?.peers.find((one) => one.connected && one.address === address)
  if (account) {
    const { given, got, reciprocity, turns } = account
    lines.push(
      '',
      `It was given ${formatBytes(given)} and gave ${formatBytes(got)}${reciprocity === null ? '' : `, ${reciprocity.toFixed(2)} for 1`}.`,
      `It had ${turns === 1 ? '1 slot' : `${turns} slots`} for ${formatDuration(account.servedSeconds)}, and waited ${formatDuration(account.waitedSeconds)}, at most ${formatDuration(account.longestWaitSeconds)} at a time.`,
    )
  }
  const decided = records.flatMap((record) =>
    record.decisions
      .filter((decision) => decision.address === address)
      // Between rounds most stand there only as they were.
      .filter(({ slot, slotBefore }) => record.kind === 'round' || slot !== slotBefore)
      .map(({ reason }) => `  ${record.time.slice(11, 19)}  ${moment(record).padEnd(9)}  ${printable(reason)}`),
  )
  if (decided.length > 0) lines.push('', 'What was decided (times in UTC):', ...decided)
  return lines
}

const moment = ({ kind, round }: Schemas['ChokerRecord']): string => (kind === 'round' ? `round ${round}` : kind)

function clock({ nextRoundInSeconds, nextOptimisticInSeconds, roundSeconds, seeding }: Schemas['Choker']): string {
  const by = seeding ? 'who has had least goes first, with turns' : 'by the rate at which they give to us'
  const next = nextRoundInSeconds === null ? '' : `; next round in ${Math.ceil(nextRoundInSeconds)} s`
  const turn =
    nextOptimisticInSeconds === null ? '' : `, next optimistic turn in ${Math.ceil(nextOptimisticInSeconds)} s`
  return `every ${roundSeconds} s, ${by}${next}${turn}`
}

function fair({ given, reciprocity, longestWaitSeconds }: Schemas['Fairness']): string {
  const index = (value: number | null): string => (value === null ? 'nothing to judge by' : value.toFixed(2))
  return (
    `given alike ${index(given)}, given for what was got ${index(reciprocity)} (1 is perfect); ` +
    `longest wait for a slot ${formatDuration(longestWaitSeconds)}`
  )
}

const widest = (rows: readonly { readonly address: string }[]): number =>
  Math.max(...rows.map(({ address }) => address.length))
