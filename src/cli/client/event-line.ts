import { printable } from '../terminal/printable.ts'

/** The parts of the messages that are told to people; openapi/asyncapi.json has them whole. */
export interface EventMessage {
  readonly type: string
  readonly time?: string
  readonly infoHash?: string
  readonly name?: string
  readonly address?: string
  readonly reason?: string
  readonly direction?: string
  readonly swarm?: { readonly infoHash: string; readonly name: string }
  readonly changes?: { readonly state?: string; readonly status?: string; readonly stateReason?: string }
  readonly memberId?: string
  readonly member?: { readonly memberId: string; readonly name: string }
  readonly record?: { readonly kind: string; readonly round: number; readonly unchoked: number; readonly slots: number }
}

/** A line for a person; null for what is said too often (rates) or is of no use by itself. */
export function eventLine(message: EventMessage): string | null {
  const what = wordsOf(message)
  if (what === null || message.time === undefined) return null
  const { infoHash, swarm, memberId, member } = message
  const id = infoHash ?? swarm?.infoHash ?? memberId ?? member?.memberId ?? ''
  return printable(`${message.time} ${id.slice(0, 8)} ${what}`)
}

function wordsOf({ type, swarm, member, changes, address, direction, reason, record }: EventMessage): string | null {
  switch (type) {
    case 'swarm.added':
      return `added: ${swarm?.name ?? ''}`
    case 'swarm.changed':
      if (changes?.state === undefined && changes?.status === undefined) return null
      return ['now', changes.status, changes.state, changes.stateReason].filter(Boolean).join(' ')
    case 'swarm.removed':
      return 'removed'
    case 'swarm.completed':
      return 'complete'
    case 'peer.connected':
      return `peer ${address} connected (${direction})`
    case 'peer.closed':
      return `peer ${address} gone: ${reason}`
    case 'choker.round':
      return record === undefined ? null : `${record.kind} ${record.round}: ${record.unchoked} of ${record.slots} slots`
    case 'member.added':
      return `machine ${member?.name ?? ''} joined`
    case 'member.changed':
      return changes?.state === undefined ? null : `machine ${changes.state}: ${changes.stateReason ?? ''}`
    case 'member.removed':
      return 'machine forgotten'
    default:
      return null
  }
}
