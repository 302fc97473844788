/** Peers that answer questions for a file's name with lies, or never end: the service goes on, and no file is ever wrong. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { SwarmView } from '../../src/service/face.ts'
import { inMemoryTorrent, placeContent, type InMemoryTorrent } from '../support/in-memory-torrent.ts'
import { pour } from '../support/pour.ts'
import { TestService } from '../support/running-service.ts'
import { ScratchFolder } from '../support/scratch-folder.ts'
import { SwarmdChild } from '../support/swarmd-child.ts'
import { waitUntil } from '../support/wait-until.ts'

const MIB = 1024 * 1024
const nobody: RequestListener = (_request, response) => void response.writeHead(404).end()

interface Answered {
  readonly status: number
  readonly body: SwarmView & { readonly code: string; readonly detail: string; readonly candidates?: object[] }
}

describe('who is asked for a file by its name and', { timeout: 120_000 }, () => {
  let scratch: ScratchFolder
  let child: SwarmdChild
  let seeder: TestService
  let answer: RequestListener = nobody
  let asked = 0
  const servers: Server[] = []

  /** @returns its port */
  async function listen(listener: RequestListener): Promise<number> {
    const server = createServer(listener).listen(0, '127.0.0.1')
    servers.push(server)
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }

  before(async () => {
    scratch = await ScratchFolder.create()
    seeder = await TestService.start()
    const liar = await listen((request, response) => {
      response.on('error', () => {})
      asked++
      answer(request, response)
    })
    const args = ['--peers', `127.0.0.1:${liar},127.0.0.1:${seeder.port}`]
    child = (await SwarmdChild.start({ root: scratch.path, args })).child
  })
  after(async () => {
    await child[Symbol.asyncDispose]()
    await seeder[Symbol.asyncDispose]()
    for (const server of servers) server.closeAllConnections()
    for (const server of servers) server.close()
    await scratch[Symbol.asyncDispose]()
  })
  beforeEach(() => {
    answer = nobody
    asked = 0
  })

  async function add(body: object): Promise<Answered> {
    const headers = { 'content-type': 'application/json' }
    const url = new URL('/swarms', child.apiUrl)
    const answered = await fetch(url, { method: 'POST', body: JSON.stringify(body), headers })
    return { status: answered.status, body: (await answered.json()) as Answered['body'] }
  }

  async function share(torrent: InMemoryTorrent): Promise<void> {
    await placeContent(seeder.root, torrent)
    await seeder.join(torrent.bytes)
    await seeder.swarm(torrent.metainfo.infoHash, ({ status }) => status === 'seeder')
  }

  /** A manifest that keeps the rules, whatever is true of it. */
  function manifest(name: string, infoHash: string, holders: readonly string[] = [], length = 1000): string {
    const pieces = [{ number: 1, name: `${name}.1`, length, sha1: 'ab'.repeat(20), holders }]
    const shape = { name, length, pieceLength: 16384, pieceCount: 1, infoHash, isPrivate: false }
    return JSON.stringify({ ...shape, pieces, nextPiece: null })
  }

  const arrived = (): Promise<string[]> => readdir(join(scratch.path, 'shareable'))

  async function refuses(name: string): Promise<void> {
    const { status, body } = await add({ name })
    assert.deepEqual([status, body.code], [404, 'name-not-found'], JSON.stringify(body))
    assert.match(body.detail, /1 of them gave no answer/)
    assert.equal(asked, 1)
  }

  it('goes on for ever is cut off, whatever it says its length is', async () => {
    for (const length of [null, 10 ** 12]) {
      asked = 0
      let written: Promise<number> = Promise.resolve(0)
      answer = (_request, response) => {
        if (length !== null) response.setHeader('content-length', length)
        written = pour(response, Buffer.alloc(64 * 1024, '['), 256 * MIB)
      }
      const before = child.memory().peak
      await refuses('endless.txt')
      assert.ok((await written) < 32 * MIB)
      assert.ok(child.memory().peak - before < 64 * MIB)
    }
  })

  it('sends a packed bomb, or a bomb of JSON, is not believed', async () => {
    // Packed beforehand: while this process packs, the honest one in it answers nobody either.
    const packed = gzipSync(Buffer.alloc(64 * MIB))
    const bombs: RequestListener[] = [
      (_request, response) => {
        response.setHeader('content-encoding', 'gzip')
        response.end(packed)
      },
      (_request, response) => void response.end('['.repeat(45_000)),
      (_request, response) => void response.end('{"pieces":['.repeat(4_000)),
      (_request, response) =>
        void response.end(manifest('bomb.txt', '00'.repeat(20)).replace('[]', `["${'1'.repeat(45_000)}"]`)),
    ]
    for (const bomb of bombs) {
      asked = 0
      answer = bomb
      const before = child.memory().peak
      await refuses('bomb.txt')
      assert.ok(child.memory().peak - before < 64 * MIB)
    }
  })

  it('says a byte now and then is given up', async () => {
    answer = (_request, response) => {
      const writing = setInterval(() => response.write(' '), 200)
      response.on('close', () => clearInterval(writing))
    }
    await refuses('slow.txt')
  })

  it('sends us elsewhere is not followed', async () => {
    let visits = 0
    const elsewhere = await listen((_request, response) => {
      visits++
      response.end(manifest('moved.txt', '01'.repeat(20)))
    })
    for (const status of [301, 302, 303, 307, 308]) {
      for (const location of [
        `http://127.0.0.1:${elsewhere}/manifests/moved.txt`,
        'http://169.254.169.254/',
        '/manifests/moved.txt',
      ]) {
        asked = 0
        answer = (_request, response) => void response.writeHead(status, { location }).end()
        await refuses('moved.txt')
      }
    }
    assert.equal(visits, 0)
  })

  it('answers for another name, a private torrent, or nonsense is not believed', async () => {
    const hash = '02'.repeat(20)
    const lies = [
      manifest('other.txt', hash),
      manifest('../asked.txt', hash),
      manifest('asked.txt', hash).replace('"isPrivate":false', '"isPrivate":true'),
      manifest('asked.txt', hash, ['evil.example:80']),
      manifest('asked.txt', '__proto__'),
      'hello',
    ]
    for (const lie of lies) {
      asked = 0
      answer = (_request, response) => void response.end(lie)
      await refuses('asked.txt')
    }
  })

  it('names a torrent that nobody has leaves a swarm that waits, and says for what; no file comes', async () => {
    answer = (_request, response) => void response.end(manifest('phantom.txt', '03'.repeat(20)))
    const { status, body } = await add({ name: 'phantom.txt' })
    assert.deepEqual([status, body.state, body.name], [201, 'fetching-metadata', 'phantom.txt'])
    assert.deepEqual(await arrived(), [])
    await child.remove(body.infoHash)
  })

  it('names addresses where no peer can be has nobody called there', async () => {
    const holders = [
      '169.254.169.254:80',
      '10.0.0.1:80',
      '224.0.0.1:5000',
      '0.0.0.0:5000',
      '[ff02::1]:5000',
      '[::]:5000',
    ]
    answer = (_request, response) => void response.end(manifest('hosts.txt', '04'.repeat(20), holders))
    const { body } = await add({ name: 'hosts.txt' })
    const swarm = await child.swarm(body.infoHash)
    // Who told it, and nobody else.
    assert.ok(swarm.peers.known <= 1, JSON.stringify(swarm.peers))
    await child.remove(body.infoHash)
  })

  it('names another torrent than was asked for does not get it in: its metadata has another name', async () => {
    const evil = inMemoryTorrent({ name: 'evil.bin', content: 100_000 })
    await share(evil)
    const { infoHash } = evil.metainfo
    const holders = [`127.0.0.1:${seeder.port}`]
    answer = (_request, response) => void response.end(manifest('good.txt', infoHash, holders))
    const { status } = await add({ name: 'good.txt' })
    assert.equal(status, 201)
    const swarm = await waitUntil('it to be refused', async () => {
      const found = await child.swarm(infoHash)
      return found.state === 'error' && found
    })
    assert.match(swarm.stateReason, /it was asked for as good\.txt, but by its metadata it is evil\.bin/)
    assert.deepEqual(await arrived(), [])
    // It does not stand in the way of the one that is meant.
    const good = inMemoryTorrent({ name: 'good.txt', content: 10_000 })
    await share(good)
    answer = nobody
    const found = await add({ name: 'good.txt' })
    assert.deepEqual([found.status, found.body.infoHash], [201, good.metainfo.infoHash])
    await waitUntil('it to arrive', async () => (await child.swarm(good.metainfo.infoHash)).status === 'seeder')
    assert.deepEqual((await add({ name: 'good.txt' })).body.infoHash, good.metainfo.infoHash)
    await child.remove(good.metainfo.infoHash)
    await seeder.service.remove(good.metainfo.infoHash, { deleteData: true })
    // Who lied can't do so again.
    answer = (_request, response) => void response.end(manifest('good.txt', infoHash, holders))
    assert.match((await add({ name: 'good.txt' })).body.detail, /which is here as evil\.bin/)
    // Who wants just that torrent has it.
    const chosen = await add({ magnet: `magnet:?xt=urn:btih:${infoHash}&x.pe=${holders[0]}` })
    assert.equal(chosen.status, 200)
    await waitUntil('it to arrive', async () => (await child.swarm(infoHash)).status === 'seeder')
    assert.ok((await readFile(join(scratch.path, 'shareable', 'evil.bin'))).equals(evil.content))
    // What is here already has its name, too.
    const again = await add({ name: 'good.txt' })
    assert.deepEqual([again.status, again.body.code], [404, 'name-not-found'])
    assert.match(again.body.detail, /which is here as evil\.bin/)
  })

  it('gives a torrent a false name does not keep it from who asks by the true one', async () => {
    const torrent = inMemoryTorrent({ name: 'truth.bin', content: 100_000 })
    await share(torrent)
    const { infoHash } = torrent.metainfo
    answer = (_request, response) => void response.end(manifest('lie.txt', infoHash, [`127.0.0.1:${seeder.port}`]))
    assert.equal((await add({ name: 'lie.txt' })).status, 201)
    await waitUntil('it to be refused', async () => (await child.swarm(infoHash)).state === 'error')
    answer = nobody
    const { status, body } = await add({ name: 'truth.bin' })
    assert.deepEqual([status, body.infoHash], [200, infoHash])
    await waitUntil('it to arrive', async () => (await child.swarm(infoHash)).status === 'seeder')
  })

  it('gives one torrent two names is not believed for the second: no torrent has two', async () => {
    const infoHash = '06'.repeat(20)
    answer = (_request, response) => void response.end(manifest('one.txt', infoHash))
    assert.equal((await add({ name: 'one.txt' })).status, 201)
    answer = (_request, response) => void response.end(manifest('two.txt', infoHash))
    const second = await add({ name: 'two.txt' })
    assert.deepEqual([second.status, second.body.code], [404, 'name-not-found'])
    assert.match(second.body.detail, /which is here as one\.txt/)
    assert.equal((await child.swarm(infoHash)).name, 'one.txt')
    await child.remove(infoHash)
  })

  it('lies about the pieces of the right torrent does no harm: the info hash counts', async () => {
    const torrent = inMemoryTorrent({ name: 'true.txt', content: 300_000 })
    await share(torrent)
    const { infoHash } = torrent.metainfo
    answer = (_request, response) => void response.end(manifest('true.txt', infoHash, ['127.0.0.1:9999'], 5))
    const { status, body } = await add({ name: 'true.txt' })
    assert.deepEqual([status, body.infoHash], [201, infoHash])
    await waitUntil('it to arrive', async () => (await child.swarm(infoHash)).status === 'seeder')
    assert.ok((await readFile(join(scratch.path, 'shareable', 'true.txt'))).equals(torrent.content))
  })

  it('names another torrent than an honest one does has the user asked, who can choose', async () => {
    const torrent = inMemoryTorrent({ name: 'disputed.txt', content: 200_000 })
    await share(torrent)
    answer = (_request, response) => void response.end(manifest('disputed.txt', '05'.repeat(20)))
    const { status, body } = await add({ name: 'disputed.txt' })
    assert.deepEqual([status, body.code], [409, 'name-ambiguous'])
    const candidates = body.candidates as { infoHash: string; length: number; magnet: string }[]
    assert.deepEqual(
      candidates.map(({ infoHash }) => infoHash).toSorted(),
      ['05'.repeat(20), torrent.metainfo.infoHash].toSorted(),
    )
    const honest = candidates.find(({ infoHash }) => infoHash === torrent.metainfo.infoHash)
    assert.equal((await add({ magnet: honest?.magnet })).status, 201)
    await waitUntil('it to arrive', async () => (await child.swarm(torrent.metainfo.infoHash)).status === 'seeder')
    assert.ok((await readFile(join(scratch.path, 'shareable', 'disputed.txt'))).equals(torrent.content))
  })

  it('does any of that leaves no fault of ours in the log', async () => {
    assert.equal((await child.get('/readyz')).status, 200)
    const bugs = child.errors.filter((line) => /"event":"(bug|service\.failed|api\.internal-error)"/.test(line))
    assert.deepEqual(bugs, [])
  })
})
