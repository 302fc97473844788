/** What can only be seen on a whole process: that it ends by itself, and how it does without descriptors. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'

const run = promisify(execFile)
const room = new URL('../../../src/io/tcp/index.ts', import.meta.url).href
const ends = new URL('./peer-ends.ts', import.meta.url).href

test('after everything is closed no timer and no socket keeps the process alive', async () => {
  const program = `
    import { once } from 'node:events'
    import { connect } from 'node:net'
    import { ClientPorts, dialPeer, PeerListener } from '${room}'
    import { OUR_HANDSHAKE, THEIR_HANDSHAKE } from '${ends}'
    const listener = new PeerListener({
      port: 0, host: '127.0.0.1', maxConnections: 10,
      answer: () => OUR_HANDSHAKE, onPeer: (peer) => called = peer, onHttp: () => asked(),
    })
    let called
    const { promise: request, resolve: asked } = Promise.withResolvers()
    const port = await listener.listen()
    const silent = connect(port, '127.0.0.1').on('error', () => {})
    const asker = connect(port, '127.0.0.1').on('error', () => {})
    asker.write('GET / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n')
    const abort = new AbortController()
    const address = { host: '127.0.0.1', port }
    const clientPorts = new ClientPorts(null)
    const peer = await dialPeer({ address, ours: THEIR_HANDSHAKE, clientPorts, signal: abort.signal })
    await dialPeer({ address: { host: '127.0.0.1', port: 1 }, ours: THEIR_HANDSHAKE, clientPorts }).catch(() => {})
    await request
    peer.close()
    called.close()
    await listener.close()
    process.once('exit', () => {
      // Of which PipeWrap is the standard output.
      console.log('left:', process.getActiveResourcesInfo().filter((name) => name !== 'PipeWrap'))
    })
  `
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], { timeout: 60_000 })
  assert.equal(stdout.trim(), 'left: []')
})

test('a process without a file descriptor to spare sends callers away, and accepts again when it has some', async () => {
  const program = `
    import { openSync, closeSync } from 'node:fs'
    import { ClientPorts, dialPeer, PeerListener } from '${room}'
    import { OUR_HANDSHAKE, THEIR_HANDSHAKE } from '${ends}'
    const listener = new PeerListener({
      port: 0, host: '127.0.0.1', maxConnections: 10,
      answer: () => OUR_HANDSHAKE, onPeer: (peer) => peer.close(), onHttp: () => {},
    })
    const port = await listener.listen()
    const address = { host: '127.0.0.1', port }
    const dial = () => dialPeer({ address, ours: THEIR_HANDSHAKE, clientPorts: new ClientPorts(null) })
    const held = []
    try { for (;;) held.push(openSync('/dev/null')) } catch (error) { console.log(error.code) }
    console.log(await dial().catch((error) => error.code))
    closeSync(held.pop())
    console.log(await dial().catch((error) => error.code))
    for (const file of held) closeSync(file)
    const peer = await dial()
    console.log(peer.remote.port === port)
    peer.close()
    await listener.close()
  `
  const limited = 'ulimit -n 64; exec "$0" "$@"'
  const args = ['-c', limited, process.execPath, '--input-type=module', '-e', program]
  const { stdout } = await run('/bin/sh', args, { timeout: 60_000 })
  assert.deepEqual(stdout.trim().split('\n'), ['EMFILE', 'no-resources', 'closed', 'true'])
})
