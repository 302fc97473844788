import type { IncomingMessage } from 'node:http'
import { addressKey, type PeerAddress } from '../../protocol/index.ts'
import { addressScope } from './address-scope.ts'

/** Not by import: that reads every name of the module, and one of them brings in all of fetch (30 ms, 8 MB). */
const { request: httpRequest } = process.getBuiltinModule('node:http')

/**
 * - `address-denied`: no peer can be there; nothing was sent;
 * - `unreachable`: no connection, or it broke;
 * - `timeout`: no whole answer in time;
 * - `too-large`: an answer longer than allowed; `packed`: one that would have to be unpacked;
 * - `aborted`: by the signal.
 */
export type PeerRequestErrorCode = 'address-denied' | 'unreachable' | 'timeout' | 'too-large' | 'packed' | 'aborted'

export class PeerRequestError extends Error {
  override readonly name = 'PeerRequestError'
  readonly code: PeerRequestErrorCode

  constructor(code: PeerRequestErrorCode, message: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}

export interface PeerRequestOptions {
  readonly userAgent: string
  /** From the first byte sent to the last received. */
  readonly timeoutMs: number
  /** Of the body. */
  readonly maxBytes: number
  readonly signal: AbortSignal
}

export interface PeerAnswer {
  /** Any: a redirect is an answer like all others, and nobody follows it. */
  readonly status: number
  readonly body: Buffer
}

const MAX_HEADER_BYTES = 8192

/**
 * GETs `target` of the HTTP on a peer's port. Others told us of the address, so it is asked for nothing but this path, with nothing
 * that is ours in the headers; link-local addresses (where cloud machines keep their secrets), groups and the like are not
 * asked at all.
 *
 * @throws PeerRequestError
 */
export async function askPeer(address: PeerAddress, target: string, options: PeerRequestOptions): Promise<PeerAnswer> {
  if (addressScope(address.host) === 'never') {
    throw new PeerRequestError('address-denied', `no peer can be at ${addressKey(address)}`)
  }
  const stop = new AbortController()
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    stop.abort()
  }, options.timeoutMs)
  const onAbort = (): void => stop.abort()
  options.signal.addEventListener('abort', onAbort)
  if (options.signal.aborted) onAbort()
  try {
    const response = await get(address, target, options.userAgent, stop.signal)
    return { status: response.statusCode ?? 0, body: await readBody(response, options.maxBytes) }
  } catch (error) {
    if (error instanceof PeerRequestError) throw error
    if (options.signal.aborted) throw new PeerRequestError('aborted', 'the question was called off', error)
    if (isLate) throw new PeerRequestError('timeout', `no whole answer in ${options.timeoutMs} ms`, error)
    throw new PeerRequestError('unreachable', error instanceof Error ? error.message : String(error), error)
  } finally {
    clearTimeout(timer)
    options.signal.removeEventListener('abort', onAbort)
  }
}

function get(
  { host, port }: PeerAddress,
  path: string,
  userAgent: string,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { 'user-agent': userAgent, accept: 'application/json', connection: 'close' }
    const settings = { host, port, path, headers, agent: false, maxHeaderSize: MAX_HEADER_BYTES, signal }
    const request = httpRequest(settings, resolve).on('error', reject)
    // The last event, and after an answer that would change the protocol the only one.
    request.on('close', () => reject(new Error('the connection ended without an answer'))).end()
  })
}

async function readBody(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLarge = (): PeerRequestError => new PeerRequestError('too-large', `an answer of more than ${maxBytes} bytes`)
  const { 'content-encoding': encoding = 'identity', 'content-length': told } = response.headers
  try {
    if (encoding !== 'identity') throw new PeerRequestError('packed', 'the answer is packed, which was not asked for')
    if (Number(told ?? 0) > maxBytes) throw tooLarge()
    const parts: Buffer[] = []
    let length = 0
    for await (const part of response as AsyncIterable<Buffer>) {
      length += part.length
      if (length > maxBytes) throw tooLarge()
      parts.push(part)
    }
    return Buffer.concat(parts, length)
  } finally {
    response.destroy()
  }
}
