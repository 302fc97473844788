/** Readers of the events of a hub, which hold every message to its schema. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { Compile } from 'typebox/compile'
import { eventParts, eventSchemas } from '../../src/control/events/event-schema.ts'
import { EventHub, type Subscription } from '../../src/control/events/event-hub.ts'
import type { EventReader } from '../../src/control/events/event-reader.ts'
import type { FakeService } from './fake-service.ts'
import { type EventMessage, FoldedEvents } from './folded-events.ts'

const parts = Object.fromEntries(eventParts.map((schema) => [String((schema as { $id?: unknown }).$id), schema]))
const schemas = Object.fromEntries(
  Object.entries(eventSchemas).map(([type, { schema }]) => [type, Compile(parts, schema)]),
)

/** The other end of a WebSocket. While it is stalled, what is sent to it waits in the buffer. */
export class FakeSocket {
  bufferedAmount = 0
  stalled = false
  readonly messages: EventMessage[] = []
  readonly folded: FoldedEvents
  closed: number | null = null
  reader: EventReader | null = null
  #full = 0
  #waiting: { readonly text: string; readonly sent: () => void }[] = []

  /** @param folded of the connection before it, to go on with */
  constructor(folded = new FoldedEvents()) {
    this.folded = folded
  }

  send(bytes: string | Buffer, sent: () => void): void {
    const text = bytes.toString()
    this.bufferedAmount += Buffer.byteLength(text)
    this.#waiting.push({ text, sent })
    if (!this.stalled) this.flush()
  }

  /** It reads nothing more. @param full bytes that wait already: more than a socket takes before it counts as full */
  stall(full = 200_000): void {
    this.bufferedAmount += full
    this.#full += full
    this.stalled = true
  }

  /** It reads again. */
  goOn(): void {
    this.bufferedAmount -= this.#full
    this.#full = 0
    this.stalled = false
    this.flush()
  }

  /** Reads all that waits. */
  flush(): void {
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      this.bufferedAmount -= Buffer.byteLength(next.text)
      const message = JSON.parse(next.text) as EventMessage
      const type = schemas[message.type]
      assert.ok(type !== undefined, message.type)
      assert.ok(type.Check(message), JSON.stringify([message, type.Errors(message)]))
      this.messages.push(message)
      this.folded.fold(message)
      next.sent()
    }
  }

  close(code: number): void {
    this.closed = code
  }

  types(): string[] {
    return this.messages.map(({ type }) => type)
  }
}

const all = ['swarms', 'stats', 'peers', 'choker'] as const

/** A hub of this service, whose seconds are the test's. */
export function hubOf(test: TestContext, service: FakeService) {
  test.mock.timers.enable({ apis: ['setInterval'] })
  const hub = new EventHub(service)
  const open = (subscription: Partial<Subscription> = {}, stalled = false, folded?: FoldedEvents): FakeSocket => {
    const socket = new FakeSocket(folded)
    socket.stalled = stalled
    const topics = new Set(all)
    socket.reader = hub.open(socket, { topics, infoHashes: null, resume: null, ...subscription })
    return socket
  }
  const second = () => test.mock.timers.tick(1_000)
  const tell = (event: Parameters<Parameters<FakeService['onEvent']>[0]>[0]) => {
    for (const listener of service.listeners) listener(event)
  }
  const again = (socket: FakeSocket) => {
    if (socket.reader) hub.ended(socket.reader)
    const { epoch, seq } = socket.folded
    const next = open({ resume: { epoch: epoch ?? '', since: seq } })
    return next
  }
  return { hub, open, second, tell, again }
}
