import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BLOCK_LENGTH, type BlockRange, type PeerMessage } from '../../../src/protocol/index.ts'
import { UPLOAD_QUEUE_LIMIT } from '../../../src/swarm/peer/upload-queue.ts'
import { RateBudget } from '../../../src/swarm/rate/rate-budget.ts'
import { TorrentRig, block, request } from './torrent-rig.ts'

/** A seeder of ten pieces with one unchoked leecher. */
const serving = (): TorrentRig => new TorrentRig({ pieces: 10, have: 'all' }).connectLeechers(1)
const cancel = (range: BlockRange): PeerMessage => ({ type: 'cancel', ...range })

/** Of a peer of which nothing is known yet. */
const IN_WINDOW = (512 * 1024) / BLOCK_LENGTH

describe('a request', () => {
  it('of an unchoked peer is answered with the block', () => {
    const rig = serving().say(1, request(block(3, 1)))
    assert.deepEqual(rig.of('send-block'), [{ type: 'send-block', peer: 1, ...block(3, 1) }])
  })

  it('for a part of a block is answered as it stands', () => {
    const part = { index: 1, begin: 100, length: 7 }
    const rig = serving().say(1, request(part))
    assert.deepEqual(rig.of('send-block'), [{ type: 'send-block', peer: 1, ...part }])
  })

  it('of a choked peer is rejected, and without BEP 6 passed over', () => {
    const rig = new TorrentRig({ have: 'all' }).connect(1).connect(2, { fast: false }).say(1, { type: 'have-none' })
    rig.take()
    rig.say(1, request(block(0))).say(2, request(block(0)))
    assert.deepEqual(rig.take(), [{ type: 'send', peer: 1, message: { type: 'reject', ...block(0) } }])
  })

  it('for a piece that we lack is rejected', () => {
    const rig = new TorrentRig({ have: [0] }).connectLeechers(1)
    rig.take()
    rig.say(1, request(block(1)))
    assert.deepEqual(rig.take(), [{ type: 'send', peer: 1, message: { type: 'reject', ...block(1) } }])
  })

  it('for bytes that no piece has ends the connection', () => {
    for (const wrong of [
      { index: 10, begin: 0, length: BLOCK_LENGTH },
      { index: 0, begin: 0, length: 0 },
      { index: 0, begin: 0, length: BLOCK_LENGTH + 1 },
      { index: 0, begin: BLOCK_LENGTH + 1, length: BLOCK_LENGTH },
      { index: 0, begin: 2 ** 32 - 1, length: BLOCK_LENGTH },
      { index: 9, begin: BLOCK_LENGTH, length: BLOCK_LENGTH - 9 },
    ]) {
      for (const message of [request(wrong), cancel(wrong)]) {
        const rig = new TorrentRig({ pieces: 10, short: 10, have: 'all' }).connectLeechers(1).say(1, message)
        assert.equal(rig.closeReason(1), 'invalid-request', JSON.stringify(message))
      }
    }
  })

  it('that can not be read is rejected, and the next ones are served', () => {
    const rig = serving().say(1, request(block(0)))
    rig.take()
    rig.handle({ type: 'unreadable', peer: 1, ...block(0) })
    assert.deepEqual(rig.take(), [{ type: 'send', peer: 1, message: { type: 'reject', ...block(0) } }])
    rig.say(1, request(block(1)))
    assert.equal(rig.of('send-block').length, 1)
  })
})

describe('requests without end', () => {
  it('are kept up to 2,000 and the rest rejected, while one window is under way', () => {
    const rig = serving()
    rig.take()
    const flood = Array.from({ length: IN_WINDOW + UPLOAD_QUEUE_LIMIT + 3 }, (_, n) => request(block(n % 10, n % 2)))
    rig.say(1, ...flood)
    assert.equal(rig.of('send-block').length, IN_WINDOW)
    const answers = rig.words(1).filter((word) => word !== 'suggest')
    assert.deepEqual(answers, ['reject', 'reject', 'reject'])
    rig.take()
    rig.handle({ type: 'sent', peer: 1, bytes: 2 * BLOCK_LENGTH })
    // The window has grown by what left.
    assert.equal(rig.of('send-block').length, 4)
    assert.equal(rig.closeReason(1), null)
  })

  it('from a choked peer are forgiven as long as they may have been on the way, however long that takes, and no more of them', () => {
    const rig = new TorrentRig({ have: 'all' }).connect(1).say(1, { type: 'have-none' })
    const hundreds = Array.from({ length: 230 }, () => request(block(0)))
    for (let second = 0; second < (UPLOAD_QUEUE_LIMIT + 300) / 230; second++) rig.say(1, ...hundreds).pass(1)
    assert.equal(rig.closeReason(1), null)
    rig.say(1, request(block(0)))
    assert.equal(rig.closeReason(1), 'request-flood')
  })
})

describe('a cancelled request', () => {
  it('is rejected when it still waits, so that each request is answered once', () => {
    const rig = serving().say(1, ...Array.from({ length: 2 * IN_WINDOW }, (_, n) => request(block(n % 10, n % 2))))
    rig.say(1, request({ index: 5, begin: 0, length: 9 }))
    rig.take()
    rig.say(1, cancel({ index: 5, begin: 0, length: 9 }))
    assert.deepEqual(rig.take(), [
      { type: 'send', peer: 1, message: { type: 'reject', index: 5, begin: 0, length: 9 } },
    ])
  })

  it('that is served already is served', () => {
    const rig = serving().say(1, request(block(0)))
    rig.take()
    rig.say(1, cancel(block(0)))
    assert.deepEqual(rig.take(), [])
  })
})

describe('a peer that is choked', () => {
  it('hears a reject for each request that waits, after the choke', () => {
    const rig = serving().say(1, ...Array.from({ length: IN_WINDOW + 2 }, (_, n) => request(block(n % 10, n % 2))))
    rig.take()
    rig.say(1, { type: 'not-interested' })
    assert.deepEqual(rig.words(1), ['choke', 'reject', 'reject'])
    assert.equal(rig.of('send-block').length, 0)
  })
})

describe('under a limit', () => {
  it('as much leaves as the limit allows, though a peer asks for little at a time', () => {
    const perSecond = 64
    const uploadBudget = new RateBudget()
    uploadBudget.setLimit(perSecond * BLOCK_LENGTH, 1000)
    const rig = new TorrentRig({ pieces: 10, have: 'all', uploadBudget }).connectLeechers(1)
    rig.take()
    rig.say(1, ...Array.from({ length: 4 }, (_, n) => request(block(n))))
    let blocks = 0
    const [seconds, steps] = [20, 100]
    for (let step = 1; step <= seconds * steps; step++) {
      rig.now += 1000 / steps
      // What left is here at once, and the next is asked for.
      for (const { index, begin, length } of rig.take().filter((effect) => effect.type === 'send-block')) {
        blocks++
        rig.handle({ type: 'sent', peer: 1, bytes: length }).say(1, request({ index, begin, length }))
      }
      if (step % 50 === 0) rig.handle({ type: 'tick' })
    }
    assert.ok(blocks <= (seconds + 1) * perSecond + 1, `${blocks} blocks in ${seconds} s`)
    assert.ok(blocks >= 0.95 * seconds * perSecond, `${blocks} blocks in ${seconds} s`)
  })
})

describe('when a limit is lifted', () => {
  it('who waited for it is served', () => {
    const uploadBudget = new RateBudget()
    uploadBudget.setLimit(1, 1000)
    const rig = new TorrentRig({ pieces: 10, have: 'all', uploadBudget }).connectLeechers(1)
    rig.say(1, ...Array.from({ length: 8 }, (_, n) => request(block(n))))
    rig.pass(1)
    const before = rig.of('send-block').length
    assert.ok(before < 8, `${before} blocks under the limit`)
    uploadBudget.setLimit(null, rig.now)
    rig.pass(1)
    assert.equal(rig.of('send-block').length, 8)
  })
})

describe('who took much and gave nothing', () => {
  /** Blocks that the peer gets in ten seconds in which nobody else wants any. The uplink carries 4 MiB/s. */
  function alone(chokesUs: boolean): number {
    const rig = new TorrentRig({ pieces: 40, have: [0, 1, 2, 3] }).connectLeechers(1, 2)
    if (!chokesUs) rig.say(2, { type: 'unchoke' })
    const second = (): void => {
      rig.session(1).download.add(1024 * 1024, rig.now)
      rig.handle({ type: 'sent', peer: 2, bytes: 4 * 1024 * 1024 }).pass(1)
    }
    for (let passed = 0; passed < 25; passed++) second()
    rig.take()
    let blocks = 0
    for (let passed = 0; passed < 10; passed++, second()) {
      for (let asked = 0; asked < 400; asked++) {
        rig.say(2, request(block(asked % 4)))
        for (const { length } of rig.take().filter((effect) => effect.type === 'send-block')) {
          blocks++
          rig.handle({ type: 'sent', peer: 2, bytes: length })
        }
      }
    }
    return blocks
  }

  it('gets its share of the uplink and no more, though nobody else wants any', () => {
    const [capped, free] = [alone(true), alone(false)]
    // 4,000 were asked for; 5 % of 4 MiB/s are 13 a second.
    assert.ok(capped >= 100 && capped <= 200, `${capped} blocks`)
    assert.equal(free, 4000)
  })
})

describe('whether what the system took counts as sent', () => {
  /** After 25 s in which one peer gave 1 MiB/s and so much left a second. */
  function divides(mebibytes: number, gives: readonly number[], have: readonly number[] | 'all' = [0, 1]): boolean {
    const rig = new TorrentRig({ pieces: 40, have }).connectLeechers(1, 2)
    for (let second = 0; second < 25; second++) {
      for (const [at, rate] of gives.entries()) rig.session(at + 1).download.add(rate, rig.now)
      rig.handle({ type: 'sent', peer: 2, bytes: mebibytes * 1024 * 1024 }).pass(1)
    }
    return rig.torrent.dividesUplink
  }
  const [UNLIKE, ALIKE] = [
    [1024 * 1024, 0],
    [1024 * 1024, 1024 * 1024],
  ] as const

  it('is for the far end to say where a slow uplink is divided, and only there', () => {
    assert.equal(divides(4, UNLIKE), true)
    assert.equal(divides(16, UNLIKE), false)
    assert.equal(divides(4, ALIKE), false)
    assert.equal(divides(4, UNLIKE, 'all'), false)
  })
})

describe('what was sent', () => {
  it('counts for the peer and for the torrent', () => {
    const rig = serving().say(1, request(block(0)))
    rig.handle({ type: 'sent', peer: 1, bytes: BLOCK_LENGTH })
    assert.equal(rig.session(1).upload.total, BLOCK_LENGTH)
    assert.equal(rig.torrent.upload.total, BLOCK_LENGTH)
  })
})
