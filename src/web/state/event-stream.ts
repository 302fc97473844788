/** What the service tells by itself, over the WebSocket; where that does not come through, the page asks. */
import { batch, signal } from '@preact/signals'
import type { Swarm } from '../api/client.ts'
import { connection } from './connection.ts'
import { followEvents } from './follow-events.ts'
import { type LogEntry, note } from './log.ts'
import { change, forget, takeAll, takeOne } from './swarms.ts'

/** True while swarms come by themselves, and need not be asked for. */
export const isStreaming = signal(false)

/** The parts of the messages that are used; openapi/asyncapi.json has them whole. */
type Message =
  | { readonly type: 'snapshot'; readonly seq?: undefined; readonly swarms: readonly Swarm[]; readonly last: boolean }
  | {
      readonly type: 'stats'
      readonly seq: number
      readonly swarms: readonly (Partial<Swarm> & Pick<Swarm, 'infoHash'>)[]
    }
  | ({ readonly type: 'swarm.added'; readonly swarm: Swarm } & Numbered)
  | ({ readonly type: 'swarm.changed'; readonly infoHash: string; readonly changes: Partial<Swarm> } & Numbered)
  | ({ readonly type: 'swarm.removed'; readonly infoHash: string } & Numbered)
  | ({ readonly type: 'swarm.completed'; readonly infoHash: string } & Numbered)
  | ({ readonly type: 'peer.connected'; readonly infoHash: string; readonly address: string } & Numbered)
  | ({
      readonly type: 'peer.closed'
      readonly infoHash: string
      readonly address: string
      readonly reason: string
    } & Numbered)

interface Numbered {
  readonly seq: number
  readonly time: string
}

/** Listens for as long as the page is open. */
export function listen(): void {
  let parts: Swarm[] = []
  followEvents<Message>({
    topics: 'swarms,stats,peers',
    began(resumed) {
      parts = []
      isStreaming.value = resumed
      connection.value = 'live'
    },
    ended() {
      isStreaming.value = false
    },
    take(message) {
      if (message.type === 'snapshot') {
        parts.push(...message.swarms)
        if (!message.last) return
        takeAll(parts)
        parts = []
        isStreaming.value = true
      } else if (message.type === 'stats') {
        batch(() => {
          for (const { infoHash, ...changes } of message.swarms) change(infoHash, changes)
        })
      } else takeNews(message)
    },
  })
}

function takeNews(message: Extract<Message, Numbered & { readonly time: string }>): void {
  const tell = (infoHash: string, text: string): void => {
    const entry: LogEntry = { time: message.time, seq: message.seq, infoHash, text }
    note(entry)
  }
  switch (message.type) {
    case 'swarm.added':
      takeOne(message.swarm)
      return tell(message.swarm.infoHash, 'added')
    case 'swarm.changed': {
      change(message.infoHash, message.changes)
      const { state, stateReason } = message.changes
      if (state !== undefined) tell(message.infoHash, [state, stateReason].filter(Boolean).join(': '))
      return
    }
    case 'swarm.removed':
      forget(message.infoHash)
      return
    case 'swarm.completed':
      return tell(message.infoHash, 'complete: the files are in shareable/')
    case 'peer.connected':
      return tell(message.infoHash, `peer ${message.address} connected`)
    case 'peer.closed':
      return tell(message.infoHash, `peer ${message.address} gone: ${message.reason.replaceAll('-', ' ')}`)
  }
}
