import type { IncomingMessage } from 'node:http'
import type { LookupFunction } from 'node:net'
import { pipeline } from 'node:stream'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { farthestScope } from './address-scope.ts'
import type { AddressScope } from './address-scope.ts'
import { permittedAddresses } from './permitted-addresses.ts'
import type { Addresses, AddressRules } from './permitted-addresses.ts'
import { TrackerClientError, trackerClientError } from './tracker-client-error.ts'
import type { TrackerClientErrorCode } from './tracker-client-error.ts'

/** Not by import: that reads every name of the module, and one of them brings in all of fetch (30 ms, 8 MB). */
const { request: httpRequest } = process.getBuiltinModule('node:http')
const { request: httpsRequest } = process.getBuiltinModule('node:https')

export interface TrackerClientOptions extends AddressRules {
  readonly userAgent: string
  /** For everything: names, connecting, redirects, the answer. */
  readonly timeoutMs?: number
  /** Of the answer, unpacked. */
  readonly maxBytes?: number
  readonly signal?: AbortSignal
}

const MAX_REDIRECTS = 3
const REDIRECTS = new Set([301, 302, 303, 307, 308])
const DEFAULT_TIMEOUT_MS = 15_000
const DEFAULT_MAX_BYTES = 1024 * 1024

/**
 * Asks an HTTP tracker: GETs `url` and returns the body of the answer (BEP 3 §trackers).
 *
 * URLs come out of torrents, so they are hostile: each is a chance to make this machine talk to something that only it
 * can reach. The address that is connected to is judged (after the name is resolved, at every redirect), not the name:
 * link-local, multicast and the like never; loopback only for a path that is a tracker's (`/announce`); and a redirect may
 * not lead from a farther network into a nearer one.
 *
 * @throws TrackerClientError
 */
export async function announceOverHttp(url: string, options: TrackerClientOptions): Promise<Buffer> {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, signal } = options
  const stop = new AbortController()
  const stopped = new Promise<never>((_resolve, reject) => {
    stop.signal.addEventListener('abort', () => reject(stop.signal.reason as Error))
  })
  const timer = setTimeout(() => {
    stop.abort(new TrackerClientError('timeout', `no whole answer after ${timeoutMs} ms`))
  }, timeoutMs)
  const onAbort = (): void => stop.abort(new TrackerClientError('aborted', 'the announce was called off'))
  signal?.addEventListener('abort', onAbort)
  if (signal?.aborted === true) onAbort()
  try {
    return await Promise.race([stopped, followRedirects(url, options, stop.signal)])
  } catch (error) {
    throw trackerClientError(error)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}

async function followRedirects(url: string, options: TrackerClientOptions, signal: AbortSignal): Promise<Buffer> {
  let target = parseUrl(url, 'invalid-url')
  let from: AddressScope = 'never'
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const addresses = await permittedAddresses(target.hostname.replace(/^\[|\]$/g, ''), target.pathname, from, options)
    const response = await get(target, addresses, options, signal)
    const { location } = response.headers
    if (location === undefined || !REDIRECTS.has(response.statusCode ?? 0)) return await readBody(response, options)
    response.destroy()
    from = farthestScope(addresses.map(({ address }) => address))
    target = parseUrl(location, 'redirect-denied', target)
  }
  throw new TrackerClientError('too-many-redirects', `more than ${MAX_REDIRECTS} redirects`)
}

function parseUrl(text: string, code: TrackerClientErrorCode, base?: URL): URL {
  const url = URL.parse(text, base?.href)
  if (url !== null && (url.protocol === 'http:' || url.protocol === 'https:')) return url
  throw new TrackerClientError(code, 'not an http or https URL')
}

/** @returns the response, its body not read. */
function get(
  target: URL,
  addresses: Addresses,
  { userAgent }: TrackerClientOptions,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const settings = {
    agent: false,
    signal,
    lookup: answerWith(addresses),
    headers: { 'user-agent': userAgent, accept: '*/*', 'accept-encoding': 'gzip', connection: 'close' },
  } as const
  return new Promise((resolve, reject) => {
    const request =
      target.protocol === 'https:'
        ? httpsRequest(target, { ...settings, rejectUnauthorized: true }, resolve)
        : httpRequest(target, settings, resolve)
    // The last event, and after an answer that would change the protocol the only one.
    request.on('close', () => reject(new TrackerClientError('closed', 'the connection ended without an answer')))
    request.on('error', reject).end()
  })
}

/** The connection is made to the addresses that were judged: the name isn't resolved again. */
function answerWith(addresses: Addresses): LookupFunction {
  const [first] = addresses
  return (_hostname, { all }, callback) => {
    process.nextTick(() => {
      if (all === true) callback(null, [...addresses])
      else callback(null, first.address, first.family)
    })
  }
}

async function readBody(response: IncomingMessage, options: TrackerClientOptions): Promise<Buffer> {
  const { maxBytes = DEFAULT_MAX_BYTES } = options
  const parts: Buffer[] = []
  let length = 0
  // Leaving the loop destroys the stream, and with it the connection.
  for await (const part of unpacked(response) as AsyncIterable<Buffer>) {
    length += part.length
    if (length > maxBytes) throw new TrackerClientError('too-large', `an answer of more than ${maxBytes} bytes`)
    parts.push(part)
  }
  return Buffer.concat(parts, length)
}

function unpacked(response: IncomingMessage): Readable {
  if (response.statusCode !== 200) {
    response.destroy()
    throw new TrackerClientError('http-status', `HTTP status ${response.statusCode}`)
  }
  switch (response.headers['content-encoding'] ?? 'identity') {
    case 'identity':
      return response
    case 'gzip':
    case 'x-gzip':
      // What goes wrong is thrown by who reads.
      return pipeline(response, createGunzip(), () => {})
    default:
      response.destroy()
      throw new TrackerClientError('bad-encoding', 'the answer is packed in a way that was not asked for')
  }
}
