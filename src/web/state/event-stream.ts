/** What the service tells by itself, over the WebSocket; where that does not come through, the page asks. */
import { batch, signal } from '@preact/signals'
import { baseUrl, type Swarm } from '../api/client.ts'
import { token } from '../api/token.ts'
import { connection } from './connection.ts'
import { type LogEntry, note } from './log.ts'
import { change, forget, takeAll, takeOne } from './swarms.ts'

/** True while swarms come by themselves, and need not be asked for. */
export const isStreaming = signal(false)

const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 15_000
/** A close code of the service: the token is no longer good. */
const TOKEN_REVOKED = 4401

/** The parts of the messages that are used; openapi/asyncapi.json has them whole. */
type Message =
  | { readonly type: 'hello'; readonly epoch: string; readonly seq: number; readonly resumed: boolean }
  | { readonly type: 'snapshot'; readonly swarms: readonly Swarm[]; readonly last: boolean }
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
  let wait = FIRST_WAIT_MS
  let place: { epoch: string; seq: number } | null = null
  let socket: WebSocket | null = null
  let parts: Swarm[] = []

  const take = (message: Message): void => {
    switch (message.type) {
      case 'hello':
        place = { epoch: message.epoch, seq: message.seq }
        parts = []
        isStreaming.value = message.resumed
        connection.value = 'live'
        wait = FIRST_WAIT_MS
        return
      case 'snapshot':
        parts.push(...message.swarms)
        if (!message.last) return
        takeAll(parts)
        parts = []
        isStreaming.value = true
        return
      case 'stats':
        batch(() => {
          for (const { infoHash, ...changes } of message.swarms) change(infoHash, changes)
        })
        break
      case 'swarm.added':
      case 'swarm.changed':
      case 'swarm.removed':
      case 'swarm.completed':
      case 'peer.connected':
      case 'peer.closed':
        takeNews(message)
        break
      default: // topics of later versions
        return
    }
    if (place !== null) place.seq = message.seq
  }

  const connectLater = (): void => {
    setTimeout(connect, wait * (0.5 + Math.random()))
    wait = Math.min(LONGEST_WAIT_MS, wait * 2)
  }
  const connect = (): void => {
    // Where questions are not answered, there is nothing to hear either.
    if (connection.peek() !== 'live') {
      wait = FIRST_WAIT_MS
      connectLater()
      return
    }
    const url = new URL(`${baseUrl}/events`)
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
    url.searchParams.set('topics', 'swarms,stats,peers')
    if (place !== null) {
      url.searchParams.set('epoch', place.epoch)
      url.searchParams.set('since', String(place.seq))
    }
    // A browser can set no header here: the token travels as a subprotocol, and the other one is chosen.
    const protocols = token.peek() === '' ? [] : ['swarmd', `swarmd.token.${token.peek()}`]
    const opened = new WebSocket(url, protocols)
    socket = opened
    opened.addEventListener('message', ({ data }) => {
      if (opened === socket) take(JSON.parse(String(data)) as Message)
    })
    opened.addEventListener('close', ({ code }) => {
      if (opened !== socket) return
      isStreaming.value = false
      if (code === TOKEN_REVOKED) connection.value = 'locked'
      connectLater()
    })
  }

  connect()
  let known = token.peek()
  token.subscribe((text) => {
    if (text === known) return
    known = text
    // Another token may see other things.
    place = null
    wait = FIRST_WAIT_MS
    socket?.close()
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
