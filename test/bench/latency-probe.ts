/**
 * A program: GETs the URL in its one argument every 5 ms over one kept connection, and on SIGTERM writes a LatencyReport
 * as a line of JSON. It waits for the server to come up.
 */
import { Agent, get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

const INTERVAL_MS = 5
const TIMEOUT_MS = 10_000

const url = process.argv[2]
if (url === undefined) throw new Error('usage: latency-probe URL')

const agent = new Agent({ keepAlive: true, maxSockets: 1 })
const latencies: number[] = []
let requests = 0

const ask = (): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const request = get(url, { agent, timeout: TIMEOUT_MS }, (response) => {
      response.resume()
      response.once('end', () => resolve(response.statusCode))
      response.once('error', reject)
    })
    request.once('timeout', () => request.destroy(new Error('no answer')))
    request.once('error', reject)
  })

const report = (): void => {
  process.stdout.write(`${JSON.stringify({ requests, milliseconds: latencies })}\n`, () =>
    process.exit(requests > 0 ? 0 : 1),
  )
}

process.once('SIGTERM', report)

let due = performance.now()
for (;;) {
  const status = await ask().catch(() => undefined)
  const now = performance.now()
  if (status === 200) {
    requests++
    // One slow answer keeps back the requests that were due meanwhile: they count as having waited, too.
    for (; due <= now; due += INTERVAL_MS) latencies.push(now - due)
  } else {
    due = now + INTERVAL_MS
  }
  await sleep(Math.max(0, due - performance.now()))
  due = Math.max(due, performance.now() - INTERVAL_MS)
}
