/** Files by their names, over HTTP on the peer port: `GET /manifests/{name}`. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { monotonicNow } from '../../io/index.ts'
import { Allowance } from '../../network/index.ts'
import {
  canonicalIp,
  encodeManifest,
  encodeNameChoice,
  MANIFEST_LIMITS,
  parseManifestTarget,
  ProtocolError,
  type InfoHash,
  type ManifestQuery,
  type PeerAddress,
} from '../../protocol/index.ts'
import type { AnySwarm } from '../swarm/swarm-registry.ts'
import { manifestOf } from './manifest-of.ts'
import { publicByName } from './swarms-by-name.ts'

export interface ManifestEndpointOptions {
  swarms(): readonly AnySwarm[]
  /** Members that have all of a torrent. */
  seeders(infoHash: InfoHash): readonly PeerAddress[]
  peerPort(): number
}

/** Answers in 10 s: to one address, and to all. */
const PER_ADDRESS = 200
const IN_ALL = 500
/** Of those to one address the first few, which is what a search takes, and of such to all: who asks much takes none of them. */
const FEW = 8
const FEW_IN_ALL = 500
const SPAN_MS = 10_000
/** Addresses that are counted; more push out the one counted longest. */
const MAX_ADDRESSES = 4_096
/** An answer that nobody has read by then is called off. */
const READ_MS = 30_000

interface Asker {
  readonly few: Allowance
  readonly all: Allowance
}

export class ManifestEndpoint {
  readonly #options: ManifestEndpointOptions
  readonly #byAddress = new Map<string, Asker>()
  readonly #fewInAll = new Allowance(FEW_IN_ALL, SPAN_MS)
  readonly #inAll = new Allowance(IN_ALL, SPAN_MS)

  constructor(options: ManifestEndpointOptions) {
    this.#options = options
  }

  /** @returns false when something else is asked. */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    const { method, url = '', socket } = request
    if (method !== 'GET' && method !== 'HEAD') return false
    let asked: ManifestQuery | null
    try {
      asked = parseManifestTarget(url)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      refuse(response, 400, error.code, error.message)
      return true
    }
    if (asked === null) return false
    const from = canonicalIp(socket.remoteAddress ?? '')
    if (from === null || !this.#mayAsk(from, monotonicNow())) {
      response.setHeader('retry-after', SPAN_MS / 1000)
      refuse(response, 429, 'manifest-too-many', `More than ${PER_ADDRESS} questions in ${SPAN_MS / 1000} s.`)
      return true
    }
    this.#answer(asked, canonicalIp(socket.localAddress ?? '') ?? from, response)
    return true
  }

  #answer({ name, infoHash, from, count }: ManifestQuery, reachedAt: string, response: ServerResponse): void {
    const found = publicByName(this.#options.swarms(), name)
    const swarms = infoHash === null ? found : found.filter(({ metainfo }) => metainfo.infoHash === infoHash)
    const [swarm, another] = swarms
    if (swarm === undefined) return refuse(response, 404, 'name-not-found', 'No torrent of that name is known here.')
    if (another !== undefined) {
      const candidates = swarms.slice(0, MANIFEST_LIMITS.candidates).map(({ metainfo }) => {
        return { infoHash: metainfo.infoHash, length: metainfo.length }
      })
      return send(response, 300, encodeNameChoice({ name: swarm.metainfo.name, candidates }))
    }
    const { pieceCount } = swarm.metainfo
    if (from > pieceCount) return refuse(response, 416, 'manifest-no-such-piece', `There are ${pieceCount} pieces.`)
    const own = { host: reachedAt, port: this.#options.peerPort() }
    send(
      response,
      200,
      encodeManifest(manifestOf(swarm, { from, count }, own, this.#options.seeders(swarm.metainfo.infoHash))),
    )
  }

  #mayAsk(address: string, now: number): boolean {
    const asker = this.#byAddress.get(address) ?? newAsker()
    this.#byAddress.set(address, asker)
    const [oldest] = this.#byAddress.keys()
    if (this.#byAddress.size > MAX_ADDRESSES && oldest !== undefined) this.#byAddress.delete(oldest)
    return asker.all.take(now) && ((asker.few.take(now) && this.#fewInAll.take(now)) || this.#inAll.take(now))
  }
}

const newAsker = (): Asker => ({ few: new Allowance(FEW, SPAN_MS), all: new Allowance(PER_ADDRESS, SPAN_MS) })

/** `code` and `detail` as in the API's problems. */
function refuse(response: ServerResponse, status: number, code: string, detail: string): void {
  send(response, status, Buffer.from(JSON.stringify({ code, detail })))
}

function send(response: ServerResponse, status: number, body: Buffer): void {
  const headers = {
    'content-type': 'application/json',
    'content-length': body.length,
    'x-content-type-options': 'nosniff',
    connection: 'close',
  }
  const timer = setTimeout(() => response.destroy(), READ_MS)
  response.on('close', () => clearTimeout(timer))
  response.writeHead(status, headers).end(body)
}
