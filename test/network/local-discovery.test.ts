import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { LocalDiscovery } from '../../src/network/local-discovery.ts'
import type { InfoHash, PeerAddress } from '../../src/protocol/ids.ts'
import { cpuMs } from '../support/cpu-time.ts'
import { seededRandom } from '../support/seeded-random.ts'

const MINUTE = 60_000
const OURS = 'a'.repeat(40) as InfoHash
const ALSO_OURS = 'b'.repeat(40) as InfoHash
const OTHER = 'c'.repeat(40) as InfoHash

/** Of a program that listens for answers, unless told. */
const from = (host: string, port = 6771): PeerAddress => ({ host, port })

const datagram = (infoHashes: readonly InfoHash[], port = 6000, cookie = ''): Buffer => {
  const lines = infoHashes.map((infoHash) => `Infohash: ${infoHash}\r\n`).join('')
  return Buffer.from(`BT-SEARCH * HTTP/1.1\r\nPort: ${port}\r\n${lines}cookie: ${cookie}\r\n\r\n\r\n`)
}

const discovery = (...joined: readonly InfoHash[]): LocalDiscovery => {
  const made = new LocalDiscovery('c00c1e', seededRandom(1))
  for (const infoHash of joined) made.join(infoHash, 0)
  return made
}

describe('local discovery', () => {
  it('announces a swarm when it is joined, and then every five minutes', () => {
    const local = discovery(OURS)
    const announced: number[] = []
    for (let now = 0; now <= 16 * MINUTE; now += 500) if (local.due(now).length > 0) announced.push(now / MINUTE)
    assert.deepEqual(announced, [0, 5, 10, 15])
  })

  it('announces what is due together', () => {
    const local = discovery(OURS, ALSO_OURS)
    assert.deepEqual(local.due(0), [OURS, ALSO_OURS])
    assert.deepEqual(local.due(0), [])
  })

  it('never announces a swarm twice in a minute, however often it is joined and the network changes', () => {
    const local = discovery(OURS)
    const announced: number[] = []
    for (let now = 0; now <= 10 * MINUTE; now += 500) {
      if (now % 3000 === 0) local.leave(OURS, now)
      if (now % 3000 === 1000) local.join(OURS, now)
      if (now % 7000 === 0) local.networkChanged(now)
      if (local.due(now).length > 0) announced.push(now)
    }
    assert.ok(announced.length >= 9, `${announced.length}`)
    for (const [at, time] of announced.entries()) {
      const before = announced[at - 1]
      if (before !== undefined) assert.ok(time - before >= MINUTE, `${before} and ${time}`)
    }
  })

  it('announces nothing of a swarm that is left', () => {
    const local = discovery(OURS, ALSO_OURS)
    local.leave(OURS, 0)
    assert.deepEqual(local.due(0), [ALSO_OURS])
    assert.equal(local.heard(datagram([OURS]), from('10.0.0.2'), true, 0), null)
  })

  it('announces again when there is a new link', () => {
    const local = discovery(OURS)
    assert.deepEqual(local.due(0), [OURS])
    local.networkChanged(2 * MINUTE)
    assert.deepEqual(local.due(2 * MINUTE), [OURS])
  })

  it('takes the source of the datagram, with the port that it names, for a peer of our swarms', () => {
    const local = discovery(OURS, ALSO_OURS)
    const heard = local.heard(datagram([OTHER, ALSO_OURS]), from('10.0.0.2'), true, 0)
    assert.deepEqual(heard?.address, { host: '10.0.0.2', port: 6000 })
    assert.deepEqual(heard?.infoHashes, [ALSO_OURS])
    assert.equal(local.heard(datagram([OTHER]), from('10.0.0.2'), true, 0), null)
  })

  it('passes over its own announces, and what is none', () => {
    const local = discovery(OURS)
    assert.equal(local.heard(datagram([OURS], 6000, 'c00c1e'), from('10.0.0.2'), true, 0), null)
    assert.equal(local.heard(Buffer.from('hello'), from('10.0.0.2'), true, 0), null)
  })

  it('answers a newcomer straight, once a minute, and only about the swarms that it named', () => {
    const local = discovery(OURS, ALSO_OURS)
    local.due(0)
    const hear = (now: number, toAll = true) =>
      local.heard(datagram([OURS, OTHER]), from('10.0.0.2'), toAll, now)?.answer
    assert.deepEqual(hear(1000), [OURS])
    assert.deepEqual(hear(2000), [])
    assert.deepEqual(hear(2000 + MINUTE), [OURS])
  })

  it('does not answer an answer, or two peers would never come to an end', () => {
    const local = discovery(OURS)
    assert.deepEqual(local.heard(datagram([OURS]), from('10.0.0.2'), false, 0)?.answer, [])
  })

  it('announces sooner for a newcomer that can not be answered straight, within the pace', () => {
    const local = discovery(OURS)
    local.due(0)
    const answer = local.heard(datagram([OURS]), from('10.0.0.2', 40_000), true, 10_000)?.answer
    assert.deepEqual(answer, [])
    assert.deepEqual(local.due(MINUTE - 1), [])
    assert.deepEqual(local.due(MINUTE), [OURS])
    local.heard(datagram([OURS]), from('10.0.0.3', 40_000), true, 4 * MINUTE)
    assert.deepEqual(local.due(4 * MINUTE + 2000), [OURS])
  })

  it('hears no more than 60 datagrams a minute of one source, and goes on hearing the others', () => {
    const local = discovery(OURS)
    let heard = 0
    for (let at = 0; at < 10_000; at++) if (local.heard(datagram([OURS]), from('10.0.0.66'), true, at / 10)) heard++
    assert.ok(heard >= 60 && heard <= 62, `${heard}`)
    assert.notEqual(local.heard(datagram([OURS]), from('10.0.0.2'), true, 1000), null)
  })

  it('takes no more than 16 ports of one source', () => {
    const local = discovery(OURS)
    let heard = 0
    for (let port = 6000; port < 6050; port++)
      if (local.heard(datagram([OURS], port), from('10.0.0.66'), true, 0)) heard++
    assert.equal(heard, 16)
    assert.notEqual(local.heard(datagram([OURS], 6000), from('10.0.0.66'), true, 1000), null)
  })

  it('stays small and quick under 100,000 datagrams in the name of as many sources', () => {
    const local = discovery(OURS)
    const bytes = datagram([OURS])
    let heard = 0
    const spent = cpuMs(() => {
      for (let at = 0; at < 100_000; at++) {
        const host = `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`
        if (local.heard(bytes, from(host), true, at / 10)) heard++
      }
    })
    // A burst, and ten seconds of what comes after.
    assert.ok(heard <= 2000 + 340, `${heard}`)
    assert.ok(spent < 5000, `${spent} ms`)
  })
})
