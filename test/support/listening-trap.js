/**
 * A program that nobody should reach: listens at every address of its machine, and says in a line of stdout what came.
 *
 * `node listening-trap.js '{"tcp":[80],"udp":[80],"redirects":{"/path":"http://…"}}'`: a request for such a path is sent
 * on; any other is answered as a tracker that knows nobody would.
 */
import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'

const { tcp = [], udp = [], redirects = {} } = JSON.parse(process.argv[2] ?? '{}')
const say = (what) => process.stdout.write(`${JSON.stringify(what)}\n`)
const ready = []

for (const port of tcp) {
  const server = createServer((socket) => {
    let head = ''
    say({ came: 'connection', port, to: socket.localAddress })
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      head += bytes.toString('latin1')
      if (!head.includes('\r\n\r\n')) return
      const target = head.split(' ')[1] ?? ''
      say({ came: 'request', port, to: socket.localAddress, target })
      const to = redirects[target.split('?')[0]]
      const body = 'd8:intervali1800e5:peers0:e'
      if (to === undefined) socket.end(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
      else socket.end(`HTTP/1.1 302 Found\r\nlocation: ${to}\r\ncontent-length: 0\r\n\r\n`)
    })
  })
  ready.push(new Promise((resolve) => server.listen(port, '::', resolve)))
}
for (const port of udp) {
  const socket = createSocket('udp6').on('message', (_bytes, { address }) =>
    say({ came: 'datagram', port, from: address }),
  )
  ready.push(new Promise((resolve) => socket.bind(port, '::', resolve)))
}
await Promise.all(ready)
say({ came: 'ready' })
