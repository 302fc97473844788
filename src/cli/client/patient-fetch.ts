import http from 'node:http'
import https from 'node:https'

/** How often the system looks whether the other end is still there, while neither says anything. */
const ALIVE_MS = 30_000

/**
 * As `fetch`, for an answer that may take hours: that one gives up after five minutes, whatever it is told.
 * @throws the system's error when there is no answer
 */
export async function patientFetch(request: Request): Promise<Response> {
  const body = Buffer.from(await request.arrayBuffer())
  const url = new URL(request.url)
  const headers = { ...Object.fromEntries(request.headers), 'content-length': body.length }
  return new Promise((resolve, reject) => {
    const { request: ask } = url.protocol === 'https:' ? https : http
    const asking = ask(url, { method: request.method, headers }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('error', reject)
      response.on('end', () => {
        const type = response.headers['content-type'] ?? ''
        resolve(
          new Response(Buffer.concat(parts), { status: response.statusCode ?? 0, headers: { 'content-type': type } }),
        )
      })
    })
    asking.setSocketKeepAlive(true, ALIVE_MS)
    asking.on('error', reject).end(body)
  })
}
