// The thread that hashes pieces. Plain JavaScript: a thread that must strip types first would take longer to start.
import { hash } from 'node:crypto'
import { parentPort } from 'node:worker_threads'

parentPort.on('message', ({ id, bytes }) => {
  parentPort.postMessage({ id, digest: hash('sha1', bytes, 'buffer') })
})
