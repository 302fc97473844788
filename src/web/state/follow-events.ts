/** One connection to /events, made again whenever it is lost, so that nothing in between is missed. */
import { baseUrl } from '../api/client.ts'
import { token } from '../api/token.ts'
import { connection } from './connection.ts'

const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 15_000
/** A close code of the service: the token is no longer good. */
const TOKEN_REVOKED = 4401

interface Hello {
  readonly type: 'hello'
  readonly epoch: string
  readonly seq: number
  readonly resumed: boolean
}

interface Reader<Message> {
  readonly topics: string
  /** A connection is there. What was missed follows (`resumed`), or all anew. */
  readonly began: (resumed: boolean) => void
  readonly take: (message: Message) => void
  /** The connection is lost. */
  readonly ended: () => void
}

/** Hears of these topics. @returns ends it */
export function followEvents<Message extends { readonly type: string; readonly seq?: number | undefined }>({
  topics,
  began,
  take,
  ended,
}: Reader<Message>): () => void {
  let wait = FIRST_WAIT_MS
  let place: { epoch: string; seq: number } | null = null
  let socket: WebSocket | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let isOver = false

  const hear = (message: Hello | Message): void => {
    if (isHello(message)) {
      place = { epoch: message.epoch, seq: message.seq }
      wait = FIRST_WAIT_MS
      began(message.resumed)
      return
    }
    take(message)
    if (place !== null && message.seq !== undefined) place.seq = message.seq
  }
  const connectLater = (): void => {
    timer = setTimeout(connect, wait * (0.5 + Math.random()))
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
    url.searchParams.set('topics', topics)
    if (place !== null) {
      url.searchParams.set('epoch', place.epoch)
      url.searchParams.set('since', String(place.seq))
    }
    // A browser can set no header here: the token travels as a subprotocol, and the other one is chosen.
    const protocols = token.peek() === '' ? [] : ['swarmd', `swarmd.token.${token.peek()}`]
    const opened = new WebSocket(url, protocols)
    socket = opened
    opened.addEventListener('message', ({ data }) => {
      if (opened === socket) hear(JSON.parse(String(data)) as Hello | Message)
    })
    opened.addEventListener('close', ({ code }) => {
      if (opened !== socket || isOver) return
      ended()
      if (code === TOKEN_REVOKED) connection.value = 'locked'
      connectLater()
    })
  }

  connect()
  let known = token.peek()
  const forgetToken = token.subscribe((text) => {
    if (text === known) return
    known = text
    // Another token may see other things.
    place = null
    wait = FIRST_WAIT_MS
    socket?.close()
  })
  // Then the page asks again, and so finds out when the service is back.
  const forgetConnection = connection.subscribe((state) => {
    if (state === 'away') socket?.close()
  })
  return () => {
    isOver = true
    forgetToken()
    forgetConnection()
    clearTimeout(timer)
    socket?.close()
    socket = null
    ended()
  }
}

const isHello = (message: { readonly type: string }): message is Hello => message.type === 'hello'
