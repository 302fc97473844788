import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { waitUntil } from './wait-until.ts'

/** What one announce said; texts as they stood in the query. */
export type HeardAnnounce = Readonly<Record<string, string>>

/** An HTTP tracker that knows nobody, remembers what it was told, and can fall silent. */
export class TinyTracker implements AsyncDisposable {
  readonly heard: HeardAnnounce[] = []
  /** While set, requests are heard and not answered. */
  hangs = false
  readonly #server: Server

  private constructor() {
    this.#server = createServer((request, response) => {
      const query = (request.url ?? '').split('?')[1] ?? ''
      this.heard.push(Object.fromEntries(query.split('&').map((pair) => pair.split('=') as [string, string])))
      if (!this.hangs) response.end('d8:intervali1800e5:peers0:e')
    })
  }

  static async start(): Promise<TinyTracker> {
    const tracker = new TinyTracker()
    tracker.#server.listen(0, '127.0.0.1')
    await once(tracker.#server, 'listening')
    return tracker
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/announce`
  }

  /** The events in the order they came, '' for a plain announce. */
  get events(): string[] {
    return this.heard.map(({ event = '' }) => event)
  }

  async hears(event: string, timeoutMs = 30_000): Promise<HeardAnnounce> {
    const look = (): HeardAnnounce | undefined => this.heard.find((heard) => (heard['event'] ?? '') === event)
    return waitUntil(`an announce with event ${event}`, look, { timeoutMs, intervalMs: 5 })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
