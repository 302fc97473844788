import http from 'node:http'
import https from 'node:https'
import { type Problem, problemIn } from './api-errors.ts'

const TIMEOUT_MS = 10_000
/** More than any problem has. */
const MOST_BYTES = 64 * 1024

/**
 * Why the service takes no WebSocket there: a client of those is not told, so the same is asked once more by hand.
 * @returns null when it would take one now, or nobody says why not
 */
export function upgradeRefusal(address: URL, token: string | null): Promise<Problem | null> {
  const protocols = token === null ? 'swarmd' : `swarmd, swarmd.token.${token}`
  const url = new URL(address)
  url.protocol = address.protocol === 'wss:' ? 'https:' : 'http:'
  const { request } = url.protocol === 'https:' ? https : http
  return new Promise((resolve) => {
    const asking = request(url, {
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        // Any 16 bytes: nothing is said on this connection.
        'sec-websocket-key': Buffer.alloc(16).toString('base64'),
        'sec-websocket-protocol': protocols,
      },
      timeout: TIMEOUT_MS,
    })
    const end = (problem: Problem | null): void => {
      asking.destroy()
      resolve(problem)
    }
    asking.on('upgrade', (_response, socket) => {
      socket.destroy()
      end(null)
    })
    asking.on('response', (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => {
        text += part
        if (text.length > MOST_BYTES) end(null)
      })
      response.on('end', () => end(problemIn(parsed(text))))
      response.on('error', () => end(null))
    })
    asking.on('timeout', () => end(null))
    asking.on('error', () => end(null))
    asking.end()
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
