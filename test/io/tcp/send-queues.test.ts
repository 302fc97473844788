import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { readSendQueues, readTables, SendQueues } from '../../../src/io/tcp/send-queues.ts'
import { ScratchFolder } from '../../support/scratch-folder.ts'
import { waitUntil } from '../../support/wait-until.ts'

const HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode'
const tcp = (local: string, remote: string, sent: string): string =>
  `   0: ${local} ${remote} 01 ${sent}:00000000 01:00000019 00000000     0        0 4711 2 0000000000000000 22 4 30 10 -1`

describe('what the system has not sent yet', () => {
  it('is read from the tables of IPv4 and IPv6, and IPv4 inside of IPv6 is IPv4', () => {
    const queues = new SendQueues([
      `${HEAD}\n${tcp('0A00000A:1389', '0B00000A:1388', '0002A300')}\n`,
      [
        HEAD,
        tcp('0000000000000000FFFF00000A00000A:1388', '0000000000000000FFFF00000C00000A:138A', '00000010'),
        tcp('000080FE00000000FF00FE0001000000:1388', 'B80D0120000000000000000001000000:1388', '00000000'),
      ].join('\n'),
    ])
    const of = (localPort: number, host: string, port: number): number | null =>
      queues.of({ local: { host: '10.0.0.10', port: localPort }, remote: { host, port } })
    assert.equal(of(5001, '10.0.0.11', 5000), 0x2a300)
    assert.equal(of(5000, '10.0.0.12', 5002), 16)
    assert.equal(of(5000, '2001:db8::1', 5000), 0)
    assert.equal(of(5002, '10.0.0.11', 5000), null)
  })

  it('is nothing that a damaged table could break', () => {
    for (const table of ['', 'a b c d e', tcp('0A00000A:1389', 'nothing:1', '1'), tcp('0A00000A', '0B00000A:0', 'x')]) {
      assert.equal(new SendQueues([table]).of({ local: { host: '', port: 1 }, remote: { host: 'x', port: 1 } }), null)
    }
  })

  it('is read where there is no IPv6, and is not known where there are no tables, or none that may be read', async () => {
    await using folder = await ScratchFolder.create()
    const [there, missing] = ['tcp', 'tcp6'].map((name) => join(folder.path, name)) as [string, string]
    await writeFile(there, `${HEAD}\n${tcp('0A00000A:1389', '0B00000A:1388', '0002A300')}\n`)
    const queues = await readTables([there, missing])
    const ends = { local: { host: '10.0.0.10', port: 5001 }, remote: { host: '10.0.0.11', port: 5000 } }
    assert.equal(queues?.of(ends), 0x2a300)
    assert.equal(await readTables([missing]), null)
    assert.equal(await readTables([there, folder.path]), null)
  })

  it('is what a far end that does not read has not taken, and less when it has', async () => {
    const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const accepted = once(server, 'connection') as Promise<[Socket]>
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    const [far] = await accepted
    try {
      const ends = { local: { host: '127.0.0.1', port: socket.localPort ?? 0 }, remote: { host: '127.0.0.1', port } }
      const queued = async (): Promise<number | null> => (await readSendQueues())?.of(ends) ?? null
      assert.equal(await queued(), 0)
      for (let written = 0; written < 256; written++) socket.write(Buffer.alloc(64 * 1024))
      assert.ok(((await queued()) ?? 0) > 64 * 1024)
      far.resume()
      await waitUntil(
        'the far end to have taken all',
        async () => socket.writableLength === 0 && (await queued()) === 0,
      )
    } finally {
      socket.destroy()
      far.destroy()
      server.close()
    }
  })
})
