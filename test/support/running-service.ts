import { mkdir } from 'node:fs/promises'
import {
  startService,
  type InfoHash,
  type PeerAddress,
  type RunningService,
  type SwarmView,
} from '../../src/service/index.ts'
import type { MemberId } from '../../src/protocol/index.ts'
import { saveIdentity } from '../../src/service/identity.ts'
import { RootFolder } from '../../src/service/root-folder.ts'
import { ScratchFolder } from './scratch-folder.ts'
import { waitUntil } from './wait-until.ts'

/** One line of a service's log. */
export interface LoggedEvent {
  readonly event: string
  readonly fields: Readonly<Record<string, unknown>>
}

export interface RunningServiceOptions {
  /** A scratch folder of its own if left out. */
  readonly root?: string
  readonly port?: number
  readonly host?: string
  readonly maxConnections?: number
  readonly peers?: readonly PeerAddress[]
  /** Its name in the network, as if it had been started before. */
  readonly memberId?: MemberId
  /** Off unless told. On loopback it finds nobody. */
  readonly lsd?: boolean
}

/** A service in this process, on loopback, and its log. Stopped when disposed; a scratch root goes with it. */
export class TestService implements AsyncDisposable {
  readonly service: RunningService
  readonly root: string
  readonly log: LoggedEvent[]
  readonly #scratch: ScratchFolder | null

  private constructor(service: RunningService, root: string, log: LoggedEvent[], scratch: ScratchFolder | null) {
    this.service = service
    this.root = root
    this.log = log
    this.#scratch = scratch
  }

  static async start(options: RunningServiceOptions = {}): Promise<TestService> {
    const scratch = options.root === undefined ? await ScratchFolder.create() : null
    const root = options.root ?? scratch?.path ?? ''
    if (options.memberId !== undefined) {
      const folder = new RootFolder(root)
      await mkdir(folder.state, { recursive: true })
      await saveIdentity(folder, options.memberId)
    }
    const log: LoggedEvent[] = []
    const service = await startService({
      root,
      port: options.port ?? 0,
      host: options.host ?? '127.0.0.1',
      clientPorts: null,
      maxConnections: options.maxConnections ?? 400,
      lsd: options.lsd ?? false,
      apiPort: 0,
      peers: options.peers ?? [],
      log: (event, fields) => log.push({ event, fields }),
    })
    return new TestService(service, root, log, scratch)
  }

  get port(): number {
    return this.service.identity().peerPort
  }

  /** Logged so far under this name. */
  events(event: string): LoggedEvent['fields'][] {
    return this.log.filter((logged) => logged.event === event).map((logged) => logged.fields)
  }

  /** The first event of this name that is as wanted, now or within the time. */
  logged(
    event: string,
    isWanted: (fields: LoggedEvent['fields']) => boolean = () => true,
    timeoutMs = 30_000,
  ): Promise<LoggedEvent['fields']> {
    return waitUntil(`the event ${event}`, () => this.events(event).find(isWanted), { timeoutMs, intervalMs: 5 })
  }

  /** When the swarm is as wanted. @throws Error with what it was last */
  async swarm(
    infoHash: InfoHash,
    isWanted: (swarm: SwarmView) => boolean,
    { timeoutMs = 30_000 }: { readonly timeoutMs?: number } = {},
  ): Promise<SwarmView> {
    let last: SwarmView | undefined
    const look = (): SwarmView | undefined => {
      last = this.service.swarm(infoHash)
      return isWanted(last) ? last : undefined
    }
    try {
      return await waitUntil('the swarm to be as wanted', look, { timeoutMs, intervalMs: 5 })
    } catch (error) {
      throw new Error(`the swarm is ${JSON.stringify(last)}; log: ${JSON.stringify(this.log.slice(-10))}`, {
        cause: error,
      })
    }
  }

  /** Adds a torrent and waits until its peers are let in. */
  async join(bytes: Uint8Array): Promise<SwarmView> {
    const { swarm } = await this.service.addTorrent(bytes)
    return this.swarm(swarm.infoHash, ({ state }) => state !== 'checking' && state !== 'stopped')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.service.stop()
    await this.#scratch?.[Symbol.asyncDispose]()
  }
}
