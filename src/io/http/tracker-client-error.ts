/**
 * - `invalid-url`: no URL of a tracker;
 * - `address-denied`: its host is, or resolves to, an address a tracker may not have; nothing was sent there;
 * - `name-not-found`, `connection-refused`, `unreachable`, `timeout`, `closed`: no whole answer;
 * - `tls`: the certificate is not good;
 * - `http-status`: an answer other than 200; `too-large`, `bad-encoding`: an answer we won't read;
 * - `too-many-redirects`, `redirect-denied`: sent on to where we won't go;
 * - `aborted`: by the signal.
 */
export type TrackerClientErrorCode =
  | 'invalid-url'
  | 'address-denied'
  | 'name-not-found'
  | 'connection-refused'
  | 'unreachable'
  | 'timeout'
  | 'closed'
  | 'tls'
  | 'http-status'
  | 'too-large'
  | 'bad-encoding'
  | 'too-many-redirects'
  | 'redirect-denied'
  | 'aborted'

/** The tracker gave no answer that can be read; `code` says why. */
export class TrackerClientError extends Error {
  override readonly name = 'TrackerClientError'
  readonly code: TrackerClientErrorCode

  constructor(code: TrackerClientErrorCode, message: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}

/** What the system, or Node, says of a failed request, as one of ours. */
export function trackerClientError(error: unknown): TrackerClientError {
  if (error instanceof TrackerClientError) return error
  const { code = '', message } = error as NodeJS.ErrnoException
  return new TrackerClientError(clientErrorCode(code), message, error)
}

function clientErrorCode(code: string): TrackerClientErrorCode {
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'name-not-found'
    case 'ECONNREFUSED':
      return 'connection-refused'
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
    case 'EACCES':
      return 'unreachable'
    case 'ETIMEDOUT':
      return 'timeout'
    default:
      if (code.startsWith('Z_')) return 'bad-encoding'
      return /CERT|TLS|SSL|EPROTO|UNABLE_TO/.test(code) ? 'tls' : 'closed'
  }
}
