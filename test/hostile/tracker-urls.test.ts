import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { encodeBencode, type BencodeValue } from '../../src/protocol/index.ts'
import type { TrackerView } from '../../src/service/face.ts'
import { hashPieces, randomLooking } from '../support/in-memory-torrent.ts'
import type { LabHost } from '../support/lab-host.ts'
import { labRequirements } from '../support/lab-requirements.ts'
import { Lab } from '../support/lab.ts'
import { SwarmdProcess } from '../support/swarmd-process.ts'
import { waitUntil } from '../support/wait-until.ts'

const NODE = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url))
const TRAP = fileURLToPath(new URL('../support/listening-trap.js', import.meta.url))
/** Where machines of a cloud are told their secrets. */
const METADATA = '169.254.169.254'
const EVIL = 'http://10.77.0.2'

/** What came to a trap. */
interface Catch {
  readonly came: 'ready' | 'connection' | 'request' | 'datagram'
  readonly port?: number
  readonly to?: string
  readonly target?: string
}

/** Trackers that may be asked: a redirect of the second host's leads to where the torrent itself could not. */
const redirects: Readonly<Record<string, string>> = {
  '/announce/metadata': `http://${METADATA}/latest/meta-data/iam/security-credentials/`,
  '/announce/loopback': 'http://127.0.0.1:7777/announce',
  '/announce/loopback6': 'http://[::1]:7777/announce',
  '/announce/disguised': 'http://0x7f.1:7777/announce',
  '/announce/mapped': 'http://[::ffff:127.0.0.1]:7777/announce',
  '/announce/name': 'http://inward.example:7777/announce',
  '/announce/unspecified': 'http://0.0.0.0:7777/announce',
  '/announce/twice': `${EVIL}/announce/loopback`,
  '/announce/relative': '//127.0.0.1:7777/announce',
  '/announce/file': 'file:///etc/passwd',
  '/announce/gopher': 'gopher://127.0.0.1:7777/_x',
  '/announce/api': 'http://127.0.0.1:5080/swarms',
}

const forbidden = [
  ...['/latest/meta-data/', '/announce', ':7777/announce'].map((path) => `http://${METADATA}${path}`),
  `http://[::ffff:${METADATA}]/announce`,
  'http://0xa9fea9fe/announce',
  'http://metadata.example/announce',
  'http://[fe80::1]:7777/announce',
  ...['127.0.0.1', '127.1', '0x7f.1', '2130706433', '0177.0.0.1', '[::1]', '[::ffff:127.0.0.1]', 'localhost'].map(
    (host) => `http://${host}:7777/admin`,
  ),
  ...['127.255.255.254', 'inward.example'].map((host) => `http://${host}:5080/swarms`),
  'http://0.0.0.0:7777/announce',
  'http://0:7777/announce',
  'http://[::]:7777/announce',
  'http://127.0.0.1:7777/x/announce',
  'http://127.0.0.1:7777/announce/../admin',
  'http://127.0.0.1:7777/announce/%2e%2e/admin',
  'http://127.0.0.1:7777/announce/..%2fadmin',
  'http://127.0.0.1:7777/announce%2f..%2fadmin',
  'http://127.0.0.1:7777/announcements',
  'http://127.0.0.1:7777/announce?info_hash=12345678901234567890',
  'http://127.0.0.1:7777/announce?event=stopped',
  'http://user:password@127.0.0.1:7777/announce',
  'http://127.0.0.1:7777\\@10.77.0.2/announce',
  'http://127.0.0.1:7777#@10.77.0.2/announce',
  'udp://127.0.0.1:7777',
  'udp://127.0.0.1:7777/x',
  'udp://127.1:7777',
  'udp://inward.example:7777',
  `udp://${METADATA}:7777/announce`,
  `udp://[::ffff:${METADATA}]:7777/announce`,
  'udp://0.0.0.0:7777/announce',
  'udp://metadata.example:7777/announce',
  'https://127.0.0.1:7777/admin',
  'ws://127.0.0.1:7777/announce',
  'ftp://127.0.0.1:7777/announce',
  'gopher://127.0.0.1:7777/_announce',
  'file:///etc/passwd',
  'unix:/run/docker.sock',
  METADATA,
  `${METADATA}:7777`,
  '0.0.0.0:7777',
  ...Object.keys(redirects).map((path) => `${EVIL}${path}`),
]

/** A torrent that is announced there, and says in every other way too that its data can be had there. */
function torrentFor(url: string, nth: number): Buffer {
  const content = randomLooking(`tracker ${nth}`, 16 * 1024)
  const info = new Map<string, BencodeValue>([
    ['length', content.length],
    ['name', Buffer.from(`tracker-${nth}`)],
    ['piece length', 16 * 1024],
    ['pieces', hashPieces(content, 16 * 1024)],
  ])
  return encodeBencode(
    new Map<string, BencodeValue>([
      ['announce', Buffer.from(url)],
      ['httpseeds', [Buffer.from(url)]],
      ['info', info],
      ['url-list', [Buffer.from(url), Buffer.from(`http://127.0.0.1:7777/announce/${nth}`)]],
    ]),
  )
}

/** Traps on a host: what comes to them. */
async function setTrap(host: LabHost, ports: { readonly tcp: readonly number[]; readonly udp: readonly number[] }) {
  const catches: Catch[] = []
  const options = JSON.stringify({ ...ports, redirects })
  host.spawn(NODE, [TRAP, options], { onLine: (line) => catches.push(JSON.parse(line) as Catch) })
  await waitUntil('the trap to be set', () => catches.length > 0)
  return catches
}

describe('the address of a tracker', { skip: labRequirements('lab'), timeout: 120_000 }, () => {
  it('leads to nothing of this machine or of its link but to trackers, however it is written, resolved or sent on', async () => {
    await using lab = await Lab.create()
    const [victim, evil] = [await lab.host(), await lab.host()]
    await victim.run('ip', ['address', 'add', `${METADATA}/32`, 'dev', 'lo'])
    const caught = await setTrap(victim, { tcp: [80, 443, 7777], udp: [7777] })
    const led = await setTrap(evil, { tcp: [80], udp: [] })
    const root = join(lab.folder, 'victim')
    await mkdir(root)
    const names = join(lab.folder, 'hosts')
    await writeFile(names, `127.0.0.1 localhost\n${METADATA} metadata.example\n127.0.0.1 inward.example\n`)
    const swarmd = new SwarmdProcess(victim, { root, args: ['--lsd', 'off'], hostsFile: names })
    await swarmd.ready()
    const requests = async (): Promise<number> => apiRequests(victim)
    const before = await requests()

    const hashes = new Map<string, string>()
    for (const [nth, url] of forbidden.entries()) {
      hashes.set(url, (await swarmd.addTorrent(torrentFor(url, nth))).infoHash)
    }
    const magnet = `magnet:?xt=urn:btih:${'ab'.repeat(20)}`
    const extras = forbidden.filter((url) => !url.startsWith(EVIL)).map((url) => `&tr=${encodeURIComponent(url)}`)
    const sources = ['xs', 'as', 'ws'].map((name) => `&${name}=${encodeURIComponent('http://127.0.0.1:7777/announce')}`)
    const added = await swarmd.api('POST', '/swarms', {
      magnet: `${magnet}${sources.join('')}${extras.slice(0, 20).join('')}`,
    })
    assert.equal(added.status, 201, JSON.stringify(added.body))
    const made = { name: 'tracker-0', trackers: [`http://${METADATA}/announce`, 'http://127.0.0.1:7777/admin'] }
    assert.notEqual((await swarmd.api('POST', '/torrents', made)).status, 500)

    for (const [url, infoHash] of hashes) await isRefused(swarmd, url, infoHash)
    assert.deepEqual(caught.slice(1), [], 'nothing came')
    const asked = led.flatMap(({ came, target = '' }) => (came === 'request' ? [target.split('?')[0]] : []))
    for (const path of Object.keys(redirects)) assert.ok(asked.includes(path), `${path} was asked, and led nowhere`)
    assert.equal(await requests(), before, 'and nobody but the test asked the API')

    // What is a tracker may be here too: this is how several peers of one machine find each other.
    const good = await swarmd.addTorrent(torrentFor('http://127.0.0.1:7777/announce', -1))
    await waitUntil('a good tracker to be asked', () => caught.some(({ came }) => came === 'request'))
    assert.deepEqual(
      caught.slice(1).map(({ came, port }) => [came, port]),
      [
        ['connection', 7777],
        ['request', 7777],
      ],
    )
    assert.equal((await trackers(swarmd, good.infoHash))[0]?.url, 'http://127.0.0.1:7777/announce')
  })
})

/** It was tried, or not even that; and it says so. */
async function isRefused(swarmd: SwarmdProcess, url: string, infoHash: string): Promise<void> {
  let last: TrackerView | undefined
  const isOver = async (): Promise<boolean> => {
    last = (await trackers(swarmd, infoHash))[0]
    return last === undefined || ['failed', 'refused', 'own'].includes(last.status)
  }
  await waitUntil(`${url} to be refused`, isOver).catch((error: unknown) => {
    throw new Error(`${url}: ${JSON.stringify(last)}`, { cause: error })
  })
}

async function trackers(swarmd: SwarmdProcess, infoHash: string): Promise<readonly TrackerView[]> {
  const { body } = await swarmd.api('GET', `/swarms/${infoHash}/trackers`)
  return (body as { items: TrackerView[] }).items
}

/** Requests that the API answered under a path that nobody has asked for. */
async function apiRequests(host: LabHost): Promise<number> {
  const { body } = await host.api('GET', '/metrics')
  const lines = String(body).matchAll(/^swarmd_http_requests?_\S*count\{([^}]*)\} (\d+)$/gm)
  return Array.from(lines)
    .filter(([, labels = '']) => /route="\/swarms"/.test(labels) && /method="GET"/.test(labels))
    .reduce((sum, [, , count]) => sum + Number(count), 0)
}
