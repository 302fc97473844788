import { exitCodes } from '../exit-codes.ts'
import type { ApiAddress } from './api-client.ts'
import { ApiProblemError, ApiUnreachableError, ClientError } from './api-errors.ts'
import { upgradeRefusal } from './upgrade-refusal.ts'

/** The service closes with these. */
const STOPPING = 1001
const TOO_SLOW = 1013
const TOKEN_REVOKED = 4401

interface Hearing {
  /** With commas between them. */
  readonly topics: string
  /** Nobody wants to hear more. */
  readonly until: AbortSignal
  /** Gets each message, as it was sent. */
  readonly tell: (message: unknown) => void
}

/**
 * Hears the service's events until it stops.
 * @returns the exit code, when the service ended in order, or nobody wants to hear more
 * @throws ApiProblemError when it refuses us, ApiUnreachableError when there is no connection, or it is lost
 */
export function listenToEvents({ url, token }: ApiAddress, { topics, until, tell }: Hearing): Promise<number> {
  const address = new URL(`${url}/events`)
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:'
  address.searchParams.set('topics', topics)
  const socket = new WebSocket(address, token === null ? [] : ['swarmd', `swarmd.token.${token}`])
  return new Promise((resolve, reject) => {
    let heard = false
    until.addEventListener('abort', () => {
      resolve(exitCodes.ok)
      socket.close()
    })
    socket.addEventListener('message', ({ data }) => {
      heard = true
      tell(JSON.parse(String(data)))
    })
    socket.addEventListener('close', ({ code, reason }) => {
      if (code === STOPPING) resolve(exitCodes.ok)
      else if (code === TOO_SLOW || code === TOKEN_REVOKED) reject(new ClientError(`the service closed: ${reason}`))
      else if (heard) reject(new ApiUnreachableError(url, new Error('the connection is lost')))
      else {
        void upgradeRefusal(address, token).then((problem) =>
          reject(
            problem ? new ApiProblemError(problem) : new ApiUnreachableError(url, new Error('it takes no reader')),
          ),
        )
      }
    })
  })
}
