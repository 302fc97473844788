import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { whyPeer, whySwarm, type WhyAnswers } from '../../src/cli/why.ts'
import { fakeChoker, fakeChokerRecord, fakeFairness, fakeStanding } from '../support/fake-choker.ts'
import { fakePeer, fakeSwarm } from '../support/fake-service.ts'

/** As the API sends it. */
const answers = (changes: Partial<WhyAnswers> = {}): WhyAnswers =>
  JSON.parse(
    JSON.stringify({
      swarm: fakeSwarm(1),
      choker: fakeChoker(),
      peers: [fakePeer(1), fakePeer(12)],
      fairness: fakeFairness(),
      records: [fakeChokerRecord(7)],
      ...changes,
    }),
  ) as WhyAnswers

describe('swarmd why', () => {
  it('tells of a swarm whom it gives to and gets from, and why', () => {
    assert.deepEqual(whySwarm(answers()), [
      'file-1.img is downloading: downloading from 1 of 2 peers',
      '',
      'Whom we give to: 1 of 4 slots, a free one goes to who asks next',
      '  every 30 s, by the rate at which they give to us; next round in 13 s',
      '  1. gives  10.0.0.1:5000  regular: 2nd of 9 by rate, 3.1 MB/s; share 41 %: it gave 3.1 MB/s of 7.5 MB/s',
      '            10.0.0.2:5000  choked: it is not interested in our pieces',
      '',
      'Whom we get from: 1 of at most 4 at once',
      '      1.00 kB/s  10.0.0.1:5000   it chokes us',
      '      1.00 kB/s  10.0.0.12:5000  it chokes us',
      '',
      'How fair: given alike 0.75, given for what was got nothing to judge by (1 is perfect); longest wait for a slot 1 min',
    ])
  })

  it('says that all slots are taken, and when the optimistic one moves on', () => {
    const choker = { ...fakeChoker(), uploadState: 'choked', unchoked: 4, seeding: true, nextOptimisticInSeconds: 40.2 }
    const lines = whySwarm(answers({ choker: choker as WhyAnswers['choker'] }))
    assert.equal(lines[2], 'Whom we give to: 4 of 4 slots, all taken, so that who asks now waits')
    assert.equal(
      lines[3],
      '  every 30 s, who has had least goes first, with turns; next round in 13 s, next optimistic turn in 41 s',
    )
  })

  it('has little to say of a swarm that is not running', () => {
    const swarm = fakeSwarm(1, { state: 'stopped', stateReason: 'stopped by request' }) as WhyAnswers['swarm']
    assert.deepEqual(whySwarm(answers({ swarm, choker: null, fairness: null, peers: [], records: [] })), [
      'file-1.img is stopped: stopped by request',
    ])
  })

  it('has nobody to speak of when nobody is connected, and takes nothing as a seeder', () => {
    const choker = { ...fakeChoker(), ranking: [] } as unknown as WhyAnswers['choker']
    const lines = whySwarm(answers({ choker, peers: [] }))
    assert.equal(lines.filter((line) => line === '  nobody is connected').length, 2)
    const seeder = fakeSwarm(1, { status: 'seeder' }) as WhyAnswers['swarm']
    assert.ok(!whySwarm(answers({ swarm: seeder })).some((line) => line.startsWith('Whom we get from')))
  })

  it('tells of a peer both sides, its account, and what was decided of it', () => {
    const rounds = [
      fakeChokerRecord(7),
      {
        ...fakeChokerRecord(8),
        kind: 'lost-slot',
        time: '2026-01-01T00:00:41.500Z',
        decisions: [
          {
            ...fakeStanding(1, { slot: null, code: 'not-interested', reason: 'choked: it is not interested' }),
            slotBefore: 'regular',
          },
        ],
      },
      // Only as it was: another peer got the slot.
      {
        ...fakeChokerRecord(9),
        kind: 'free-slot',
        decisions: [{ ...fakeStanding(1, { slot: null, reason: 'as before' }), slotBefore: null }],
      },
    ]
    const whole = answers({ records: rounds as unknown as WhyAnswers['records'] })
    const [peer] = whole.peers
    assert.ok(peer)
    assert.deepEqual(whyPeer(whole, peer), [
      '10.0.0.1:5000 (<img src=x onerror=alert(1)>) in file-1.img',
      '',
      'We give: optimistic turn',
      '         every 30 s, by the rate at which they give to us; next round in 13 s',
      'We get:  it chokes us',
      '',
      'It was given 4.00 kB and gave 8.00 kB, 0.50 for 1.',
      'It had 3 slots for 5 min, and waited 1 min 30 s, at most 1 min at a time.',
      '',
      'What was decided (times in UTC):',
      '  00:00:30  round 3    regular: 2nd of 9 by rate, 3.1 MB/s',
      '  00:00:41  lost-slot  choked: it is not interested',
    ])
  })

  it('lets no name of a torrent or client reach the terminal as more than text', () => {
    const swarm = fakeSwarm(1, { name: 'a\u001b[2Jb' }) as WhyAnswers['swarm']
    const [first] = whySwarm(answers({ swarm }))
    assert.ok(!first?.includes('\u001b'))
  })
})
