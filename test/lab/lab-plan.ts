/** What `npm run lab` is to play: read from its flags. */
import { parseArgs } from 'node:util'

export interface LabPlan {
  /** Peer 1 has the file when it starts, the others fetch it. */
  readonly peers: number
  /** Of each link in each direction, megabits a second; null: as fast as it goes. */
  readonly megabits: number | null
  readonly bytes: number
  /** `peer` dies when so much (0 … 1) is there, on the average of the living that fetch. */
  readonly kills: readonly { readonly peer: number; readonly at: number }[]
  readonly partition: {
    /** Numbers of peers; who is in different groups can't reach each other. */
    readonly groups: readonly (readonly number[])[]
    readonly from: number
    readonly to: number
  } | null
}

/** A flag that can't be used; the message says which, and what to give. */
export class PlanError extends Error {
  override readonly name = 'PlanError'
}

export const USAGE = `Plays a swarm on this machine: each peer a host of its own (network namespace), joined by a bridge. Needs root.

  npm run lab -- --peers 6 --rate 400mbit --size 256MiB

  --peers N           hosts, 2 to 60; the first has the file (default 6)
  --rate R            of each link, both ways: 400mbit, 1gbit, or max (default 400mbit)
  --size S            of the file: 256MiB, 1GiB (default 256MiB)
  --kill N@P%         kills peer N when the others have P % on the average; may be given again. (What only it had is lost:
                      peer 1 has given a whole copy when the others have some 80 %.)
  --partition GROUPS@FROM%..TO%
                      parts the peers, in order, into groups of these sizes: 3|3@30%..60%. Heals when the average is
                      beyond TO %, or when nothing has moved for ten seconds
`

const MIB = 1024 * 1024
const UNITS: Readonly<Record<string, number>> = { kib: 1024, mib: MIB, gib: 1024 * MIB }

/** @returns null when help was asked for. @throws PlanError */
export function readPlan(argv: readonly string[]): LabPlan | null {
  const values = parse(argv)
  if (values.help === true) return null
  const peers = Number(values.peers ?? 6)
  if (!Number.isInteger(peers) || peers < 2 || peers > 60) throw new PlanError('--peers: give a number from 2 to 60')
  return {
    peers,
    megabits: readRate(values.rate ?? '400mbit'),
    bytes: readSize(values.size ?? '256MiB'),
    kills: (values.kill ?? []).map((text) => readKill(text, peers)),
    partition: values.partition === undefined ? null : readPartition(values.partition, peers),
  }
}

function parse(argv: readonly string[]) {
  const text = { type: 'string' } as const
  const options = {
    peers: text,
    rate: text,
    size: text,
    kill: { type: 'string', multiple: true },
    partition: text,
    help: { type: 'boolean' },
  } as const
  try {
    return parseArgs({ args: [...argv], options }).values
  } catch (error) {
    throw new PlanError(error instanceof Error ? error.message : String(error))
  }
}

function readRate(text: string): number | null {
  if (text === 'max') return null
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)(mbit|gbit)$/i.exec(text) ?? []
  const megabits = Number(number) * (unit.toLowerCase() === 'gbit' ? 1000 : 1)
  if (!(megabits > 0)) throw new PlanError(`--rate ${text}: give a rate such as 400mbit or 1gbit, or max`)
  return megabits
}

function readSize(text: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)(kib|mib|gib)$/i.exec(text) ?? []
  const bytes = Math.round(Number(number) * (UNITS[unit.toLowerCase()] ?? 0))
  if (!(bytes >= 1)) throw new PlanError(`--size ${text}: give a size such as 256MiB`)
  return bytes
}

function readKill(text: string, peers: number): LabPlan['kills'][number] {
  const [, number = '', percent = ''] = /^(\d+)@(\d+)%$/.exec(text) ?? []
  const [peer, at] = [Number(number), Number(percent) / 100]
  if (!(peer >= 1 && peer <= peers && percent !== '' && at <= 1)) {
    throw new PlanError(`--kill ${text}: give the number of a peer, 1 to ${peers}, and when: 1@50%`)
  }
  return { peer, at }
}

function readPartition(text: string, peers: number): NonNullable<LabPlan['partition']> {
  const [, sizes = '', first = '', last = ''] = /^(\d+(?:\|\d+)+)@(\d+)%\.\.(\d+)%$/.exec(text) ?? []
  const counts = sizes.split('|').map(Number)
  const [from, to] = [Number(first) / 100, Number(last) / 100]
  const sum = counts.reduce((total, count) => total + count, 0)
  if (sizes === '' || sum !== peers || counts.includes(0) || from >= to || to > 1) {
    throw new PlanError(
      `--partition ${text}: give the sizes of the groups, ${peers} peers in all, and from when to when: ${Math.ceil(peers / 2)}|${Math.floor(peers / 2)}@30%..60%`,
    )
  }
  const groups: number[][] = []
  let next = 1
  for (const count of counts) {
    groups.push(Array.from({ length: count }, (_, at) => next + at))
    next += count
  }
  return { groups, from, to }
}
