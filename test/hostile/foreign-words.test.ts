import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { encodeBencode, type BencodeDict, type BencodeValue } from '../../src/protocol/index.ts'
import { browserRequirements, TestBrowser } from '../support/browser.ts'
import { EventClient } from '../support/event-client.ts'
import { FakePeer } from '../support/fake-peer.ts'
import { hashPieces, randomLooking } from '../support/in-memory-torrent.ts'
import { ScratchFolder } from '../support/scratch-folder.ts'
import { SwarmdChild } from '../support/swarmd-child.ts'
import { waitUntil } from '../support/wait-until.ts'

const PIECE = 16 * 1024
const EXTENDED = 20
/** What a browser, a shell, a terminal, a log and JavaScript would each make something of. */
const words = [
  '<img src=x onerror="window.fired=1">',
  '</title><script>window.fired=1</script>',
  '"><svg onload=window.fired=1>',
  'javascript:window.fired=1',
  '";touch pwned;"',
  "';touch pwned;'",
  '$(touch pwned)',
  '`touch pwned`',
  '|touch pwned #',
  '--help; touch pwned',
  '{"event":"forged"}\n{"event":"forged"}',
  'a\r\n{"event":"forged"}',
  'a\u001b]0;owned\u0007\u001b[2J\u009b2J\u0085b\u007f',
  'gpj.\u202egnp.exe\u200b',
  'a\u2028b\u2029c',
  '__proto__',
  'constructor',
  'toString',
  '%s%n%p ${jndi:ldap://127.0.0.1/a}',
]
const STEERING = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u
const passkey = '0123456789abcdef0123456789abcdef01234567'

const dict = (entries: Readonly<Record<string, BencodeValue>>): BencodeDict => new Map(Object.entries(entries))
const text = (value: string): Buffer => Buffer.from(value)
/** `{"__proto__": …}` has none of its own by itself. */
const poison = (): BencodeDict =>
  new Map<string, BencodeValue>([
    ['__proto__', new Map<string, BencodeValue>([['isAdmin', 1]])],
    ['constructor', new Map<string, BencodeValue>([['prototype', new Map([['isAdmin', 1]])]])],
  ])

interface HostileTorrent {
  readonly bytes: Buffer
  readonly content: Buffer
}

/** A torrent that says the word wherever it can say anything, announced wherever that is. */
function hostileTorrent(word: string, nth: number, announce: readonly string[]): HostileTorrent {
  const content = randomLooking(`foreign ${nth}`, 3 * PIECE)
  const info = dict({
    files: [
      dict({ length: 2 * PIECE, path: [text(word), text(`1 ${word}`)], ...Object.fromEntries(poison()) }),
      dict({ length: PIECE, path: [text(`2 ${word}`)] }),
    ],
    name: text(word),
    'piece length': PIECE,
    pieces: hashPieces(content, PIECE),
    source: text(word),
  })
  for (const [key, value] of poison()) info.set(key, value)
  const torrent = dict({
    announce: text(announce[0] ?? ''),
    'announce-list': announce.map((url) => [text(url)]),
    comment: text(word),
    'created by': text(word),
    'publisher-url': text(word),
    encoding: text(word),
    info,
  })
  for (const [key, value] of poison()) torrent.set(key, value)
  return { bytes: encodeBencode(torrent), content }
}

describe('the words of others', { timeout: 240_000 }, () => {
  let scratch: ScratchFolder
  let child: SwarmdChild
  let tracker: Server
  const root = (): string => path.join(scratch.path, 'root')
  const here = (): string => path.join(scratch.path, 'here')
  const infoHashes: string[] = []
  const peers: FakePeer[] = []
  let asked = 0

  before(async () => {
    scratch = await ScratchFolder.create()
    await mkdir(here(), { recursive: true })
    // Whoever announces is told a word, as a failure or a warning, and the same in keys.
    tracker = createServer((_request, response) => {
      const word = words[asked++ % words.length] ?? ''
      const answer = dict({ [asked % 2 === 0 ? 'failure reason' : 'warning message']: text(word), peers: text('') })
      for (const [key, value] of poison()) answer.set(key, value)
      response.end(encodeBencode(answer))
    }).listen(0, '127.0.0.1')
    await once(tracker, 'listening')
    child = (await SwarmdChild.start({ root: root(), cwd: here(), probe: true })).child
    const { port } = tracker.address() as AddressInfo
    for (const [nth, word] of words.entries()) {
      const { bytes, content } = hostileTorrent(word, nth, [
        `http://127.0.0.1:${port}/announce/${passkey}?passkey=${passkey}`,
        `ftp://127.0.0.1/${passkey}/announce`,
        `http://user:${passkey}@127.0.0.1/announce`,
        `udp://127.0.0.1:1/announce/${passkey}`,
      ])
      const { infoHash } = await child.addTorrent(bytes)
      infoHashes.push(infoHash)
      await waitUntil('its peers to be let in', async () => (await child.swarm(infoHash)).state !== 'checking')
      peers.push(await givingPeer(infoHash, word, content))
    }
  })
  after(async () => {
    for (const peer of peers) peer.close()
    await child[Symbol.asyncDispose]()
    tracker.closeAllConnections()
    tracker.close()
    await scratch[Symbol.asyncDispose]()
  })

  /** A peer that calls itself by the word, and gives all pieces. */
  async function givingPeer(infoHash: string, word: string, content: Buffer): Promise<FakePeer> {
    const peer = await FakePeer.shakeHands({ port: child.port, infoHash })
    const handshake = dict({
      m: new Map<string, BencodeValue>([
        ['ut_pex', 1],
        ['sw_members', 2],
        [text(word).toString('latin1'), 3],
        ...poison(),
      ]),
      v: text(word),
    })
    for (const [key, value] of poison()) handshake.set(key, value)
    peer.frame(EXTENDED, Buffer.concat([Buffer.from([0]), encodeBencode(handshake)]))
    peer.bitfield(Math.ceil(content.length / PIECE))
    peer.frame(1)
    peer.serve(content, PIECE, (block) => block)
    return peer
  }

  const lines = (): string[] => child.errors.filter((line) => !line.startsWith('{"event":"probe"'))

  it('run no program: not in a name, while its torrent comes, is completed, moved and removed', async () => {
    await waitUntil('all of them to be complete', async () => {
      const { items } = (await (await child.get('/swarms')).json()) as { items: { status: string }[] }
      return items.length === words.length && items.every(({ status }) => status === 'seeder')
    })
    const shared = await readdir(path.join(root(), 'shareable'))
    assert.equal(shared.length, words.length, 'each has its own folder')
    const found = await readdir(scratch.path, { recursive: true })
    assert.deepEqual(
      found.filter((name) => path.basename(name) === 'pwned'),
      [],
    )
    assert.deepEqual(await readdir(here()), [], 'nothing is where it runs')
  })

  it('name no program to run: there is no such setting in the API', async () => {
    const [infoHash = ''] = infoHashes
    const hooks = ['onComplete', 'hook', 'script', 'runOnFinish', 'command', 'exec', 'shell', 'externalProgram']
    for (const [method, target, valid] of [
      ['PATCH', `/swarms/${infoHash}`, { state: 'started' }],
      ['PATCH', '/limits', { uploadLimit: null }],
      ['POST', '/swarms', { path: 'a.torrent' }],
      ['POST', '/torrents', { name: 'a' }],
      ['POST', `/swarms/${infoHash}/peers`, { addresses: ['127.0.0.1:1'] }],
    ] as const) {
      for (const hook of hooks) {
        const body = JSON.stringify({ ...valid, [hook]: 'touch pwned' })
        assert.equal((await send(method, target, body)).status, 400, `${method} ${target} with ${hook}`)
      }
    }
    assert.deepEqual(await readdir(here()), [])
  })

  const send = (method: string, target: string, body: string): Promise<Response> =>
    fetch(new URL(target, child.apiUrl), { method, body, headers: { 'content-type': 'application/json' } })

  it('change no object but their own: not as keys of bencode, nor of JSON, nor of a query', async () => {
    const [infoHash = ''] = infoHashes
    const bodies = [
      '{"__proto__":{"isAdmin":true},"state":"started"}',
      '{"state":"started","constructor":{"prototype":{"isAdmin":true}}}',
      '{"state":"started","files":[{"index":0,"priority":"high","__proto__":{"isAdmin":true}}]}',
      '[{"__proto__":{"isAdmin":true}}]',
      '{"\\u005f_proto__":{"isAdmin":true}}',
    ]
    for (const [method, target] of [
      ['PATCH', `/swarms/${infoHash}`],
      ['PATCH', '/limits'],
      ['POST', '/swarms'],
      ['POST', '/torrents'],
    ] as const) {
      for (const body of bodies) assert.equal((await send(method, target, body)).status, 400, body)
    }
    for (const query of ['__proto__[isAdmin]=1', '__proto__.isAdmin=1', 'constructor[prototype][isAdmin]=1']) {
      assert.equal((await child.get(`/swarms?${query}`)).status, 400, query)
    }
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      assert.equal((await child.get(`/problems/${name}`)).status, 404)
      assert.equal((await child.get(`/docs/${name}`)).status, 404)
    }
    assert.ok(asked > 0, 'the tracker was asked, and answered with such keys')
    assert.deepEqual((await child.probe()).added, [])
  })

  it('are one line of JSON in the log, in which nothing steers a terminal or begins a line', async () => {
    const file = 'x\n{"event":"forged"}\u001b[2J\u2028\u202egnp.torrent'
    await writeFile(path.join(root(), 'torrents', file), 'd4:infodee')
    const isTold = (line: string): boolean => line.includes('"event":"torrent.skipped"')
    await waitUntil('a file that is no torrent to be in the log', () => lines().some(isTold))
    assert.equal(path.basename((JSON.parse(lines().find(isTold) ?? '') as { file: string }).file), file)
    const events = lines().map((line) => JSON.parse(line) as { event: string })
    assert.deepEqual(
      events.filter(({ event }) => event === 'forged'),
      [],
    )
    assert.equal(events.filter(({ event }) => event === 'swarm.added').length, words.length)
    for (const line of [...lines(), ...child.output]) assert.doesNotMatch(line, STEERING)
  })

  it('that are secrets are told nowhere: not in the log, nor by the API, nor in an event', async () => {
    await waitUntil('the wrong trackers to be in the log', () =>
      lines().some((line) => line.includes('"event":"tracker.skipped"')),
    )
    using events = new EventClient(child.apiUrl, 'topics=swarms,stats,peers,choker')
    await events.heard('snapshot')
    const told = [...lines(), ...child.output, JSON.stringify(events.messages)]
    const targets = ['/swarms', '/metrics', '/network', '/network/members', '/metrics/targets']
    for (const target of [...targets, ...infoHashes.map((infoHash) => `/swarms/${infoHash}/trackers`)]) {
      const answer = await child.get(target)
      assert.equal(answer.status, 200)
      told.push(await answer.text())
    }
    assert.match(told.join('\n'), /\/announce\/\*\*\*\?passkey=\*\*\*/)
    assert.deepEqual(
      told.filter((each) => each.includes(passkey)),
      [],
    )
  })

  it('fire no script in the page of a running service', { skip: browserRequirements() }, async () => {
    await using browser = await TestBrowser.start()
    const { page, faults } = await browser.open(child.apiUrl)
    await page.getByRole('link', { name: words[0] ?? '', exact: true }).waitFor()
    // One of each kind of markup, and one that turns the text round.
    for (const infoHash of [...infoHashes.slice(0, 4), infoHashes[13]]) {
      await page.goto(`${child.apiUrl}/#/swarms/${infoHash}`)
      for (const tab of ['Peers', 'Trackers', 'Files', 'Overview']) {
        await page.getByRole('tab', { name: tab }).click()
        await page.getByRole('tab', { name: tab, selected: true }).waitFor()
        assert.equal(await page.locator('main :is(img, script, svg, iframe, object)').count(), 0)
      }
      assert.equal(await page.evaluate('window.fired'), undefined)
    }
    assert.deepEqual(faults, [])
  })

  it('in thousands of bad frames are ten lines of the log for each reason, and how many more there were', async () => {
    const [infoHash = ''] = infoHashes
    const from = lines().length
    const began = performance.now()
    /** Each breaks a rule of its own and is sent away for it. */
    const frames = [
      Buffer.from('ffffffff', 'hex'),
      Buffer.from('0000000205ff', 'hex'),
      Buffer.from('000000010d', 'hex'),
    ]
    let sent = 0
    for (let round = 0; round < 30; round++) {
      await Promise.all(
        Array.from({ length: 30 }, async () => {
          const peer = await FakePeer.connect({ port: child.port, infoHash })
          peer.send(Buffer.concat([peer.handshakeBytes(), frames[sent++ % frames.length] ?? Buffer.alloc(0)]))
          await peer.ended()
        }),
      )
    }
    const seconds = (performance.now() - began) / 1000
    const counts = new Map<string, number>()
    for (const line of lines().slice(from)) {
      const { event, reason = '' } = JSON.parse(line) as { event: string; reason?: string }
      counts.set(`${event} ${reason}`, (counts.get(`${event} ${reason}`) ?? 0) + 1)
    }
    assert.ok(counts.size > 0, 'they are in the log')
    const most = 10 * (1 + Math.ceil(seconds / 10))
    for (const [kind, count] of counts) assert.ok(count <= most, `${kind}: ${count} lines in ${seconds.toFixed(1)} s`)
  })
})
