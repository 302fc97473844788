// The thread that hashes and writes pieces. Plain JavaScript: a thread that must strip types first would take longer to start.
import { hash } from 'node:crypto'
import { writeSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'

parentPort.on('message', ({ id, bytes, fd, position }) => {
  try {
    const result = fd === undefined ? hash('sha1', bytes, 'buffer') : writeSync(fd, bytes, 0, bytes.length, position)
    parentPort.postMessage({ id, result })
  } catch ({ message, code }) {
    // An error's own fields do not come over.
    parentPort.postMessage({ id, message, code })
  }
})
