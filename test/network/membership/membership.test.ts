import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Membership, type MembershipEffect } from '../../../src/network/index.ts'
import {
  encodeMemberRecord,
  memberIdFromBytes,
  type MemberId,
  type MembersMessage,
} from '../../../src/protocol/index.ts'
import { SimClock } from '../../sim/sim-clock.ts'
import { SimMembers, type SimMember } from '../../sim/sim-members.ts'
import { bareMember } from '../../support/bare-member.ts'
import { forEachSeed, seededRandom, seeds } from '../../support/seeded-random.ts'

const SECOND = 1000

/** So many members who found each other. */
function networkOf(count: number, seed = 1): { clock: SimClock; network: SimMembers; members: readonly SimMember[] } {
  const clock = new SimClock()
  const network = new SimMembers(clock, seed)
  const first = network.join([])
  for (let at = 1; at < count; at++) network.join([first])
  pass(clock, 5)
  return { clock, network, members: network.members }
}

const pass = (clock: SimClock, seconds: number): void => {
  clock.runUntil(() => false, clock.now + seconds * SECOND)
}

/** @returns seconds until it was so */
function secondsUntil(clock: SimClock, isSo: () => boolean, most: number): number {
  const from = clock.now
  assert.ok(clock.runUntil(isSo, from + most * SECOND), `not within ${most} s`)
  return (clock.now - from) / SECOND
}

const allHold = (members: readonly SimMember[], other: SimMember): boolean =>
  members.every((member) => member.holds(other))
const noneHolds = (members: readonly SimMember[], other: SimMember): boolean =>
  !members.some((member) => member.holds(other))
const agree = (members: readonly SimMember[]): boolean =>
  members.every(
    ({ engine }) => engine.digest === members[0]?.engine.digest && engine.alive === members[0]?.engine.alive,
  )

describe('a membership of eight on a LAN', () => {
  it('hears of a join, a change and a leave within a second', () => {
    forEachSeed(seeds(5), (seed) => {
      const { clock, network, members } = networkOf(7, seed)
      const newcomer = network.join([members[3] as SimMember])
      secondsUntil(clock, () => allHold(network.alive, newcomer), 1)
      pass(clock, 5)
      newcomer.advance(1)
      const isSeeder = ({ engine }: SimMember): boolean =>
        engine.member(newcomer.id)?.record?.swarms[0]?.status === 'seeder'
      secondsUntil(clock, () => network.alive.every(isSeeder), 1)
      newcomer.leave()
      secondsUntil(clock, () => noneHolds(network.alive, newcomer), 1)
      assert.equal(members[0]?.engine.member(newcomer.id)?.state, 'left')
    })
  })

  it('finds out within 30 s that a process was killed or a machine lost its power, and suspects it before', () => {
    forEachSeed(seeds(5), (seed) => {
      const { clock, network, members } = networkOf(8, seed)
      const [, killed, dark] = members as [SimMember, SimMember, SimMember]
      killed.kill()
      secondsUntil(clock, () => network.alive.some(({ engine }) => engine.stateOf(killed.id) === 'suspected'), 5)
      secondsUntil(clock, () => noneHolds(network.alive, killed), 10)
      dark.cutPower()
      secondsUntil(clock, () => noneHolds(network.alive, dark), 30)
      assert.ok(agree(network.alive))
    })
  })

  it('falls in two and grows together again, and then all maps are equal', () => {
    forEachSeed(seeds(10), (seed) => {
      const { clock, network, members } = networkOf(8, seed)
      const half = (member: SimMember): boolean => member.number < 4
      network.reaches = (a, b) => half(a) === half(b)
      pass(clock, 20 + 20 * seed)
      for (const { engine, number } of members) assert.equal(engine.alive, 4, `member ${number} has its own half`)
      network.reaches = () => true
      secondsUntil(clock, () => members.every(({ engine }) => engine.alive === 8) && agree(members), 10)
    })
  })

  it('counts who joined, left, was suspected and was given up, and whose digest agreed', () => {
    const { clock, network, members } = networkOf(4)
    const [watcher, leaver, killed] = members as [SimMember, SimMember, SimMember]
    leaver.leave()
    pass(clock, 5)
    killed.kill()
    pass(clock, 30)
    const { changes, digests } = watcher.engine.counts
    assert.deepEqual(changes, { joined: 3, suspected: 1, refuted: 0, gone: 1, left: 1 })
    assert.deepEqual(watcher.engine.states, { alive: 2, suspected: 0, gone: 1, left: 1 })
    assert.ok(digests.sent > 3 && digests.agreed > 3)
    assert.equal(watcher.engine.differing, 0)
    assert.equal(network.alive.length, 2)
  })

  it('never loses a member that lives, whatever others say of it', () => {
    const { clock, network, members } = networkOf(8)
    const [liar, victim] = members as [SimMember, SimMember]
    for (let lie = 0; lie < 20; lie++) {
      const incarnation = 2_000_000_000_000 + lie * 1e9
      liar.handle({
        type: 'message',
        link: '1',
        message: { verdicts: [{ id: victim.id, incarnation, kind: 'left' }] },
        bytes: 50,
      })
      pass(clock, 2)
      assert.ok(allHold(network.alive, victim))
    }
  })

  it('knows a member that comes back under its id, also when its clock went back', () => {
    const [ours, theirs] = [memberIdFromBytes(Buffer.alloc(16, 1)), memberIdFromBytes(Buffer.alloc(16, 2))]
    const engine = new Membership({ id: ours, incarnation: 10, random: seededRandom(1) })
    const again = new Membership({ id: theirs, incarnation: 5, random: seededRandom(2) })
    engine.handle({ type: 'own', record: bareMember(['10.0.0.1']), isUrgent: true }, 0)
    again.handle({ type: 'own', record: bareMember(['10.0.0.9']), isUrgent: true }, 0)
    const before = { id: theirs, incarnation: 1_000_000, body: encodeMemberRecord(bareMember(['10.0.0.8'])) }
    const goodbye = { id: theirs, incarnation: 1_000_000, kind: 'left' as const }
    engine.handle({ type: 'link-opened', link: 'old', host: '10.0.0.8', outbound: false, isOwn: true }, 0)
    engine.handle(
      { type: 'message', link: 'old', message: { sender: theirs, contents: [before], verdicts: [goodbye] }, bytes: 9 },
      0,
    )
    engine.handle({ type: 'link-closed', link: 'old' }, 0)
    assert.equal(engine.stateOf(theirs), 'left')
    converse(engine, again)
    assert.equal(engine.stateOf(theirs), 'alive')
    assert.deepEqual(engine.member(theirs)?.record?.addresses, ['10.0.0.9'])
  })
})

describe('a member that is told of another at an address that stands in no record', () => {
  it('calls it there once, and again when the other is gone', () => {
    const clock = new SimClock()
    const network = new SimMembers(clock, 5)
    const [first, second] = [network.join([]), network.join([])]
    // The same machine: the simulation heeds only the end of an address.
    second.handle({ type: 'seed', address: { host: first.address.host.replace('10.', '192.'), port: 5000 } })
    secondsUntil(clock, () => allHold([second], first), 5)
    let dialled = 0
    const at = network.at.bind(network)
    network.at = (address) => {
      dialled++
      return at(address)
    }
    pass(clock, 300)
    assert.equal(dialled, 0)
    first.kill()
    secondsUntil(clock, () => noneHolds([second], first), 30)
    dialled = 0
    network.join([second])
    pass(clock, 120)
    assert.ok(dialled > 0)
  })
})

describe('a chain of members, where each reaches only the next', () => {
  it('carries all that each tells to the other end, and a silent death too', () => {
    const clock = new SimClock()
    const network = new SimMembers(clock, 3)
    network.reaches = (a, b) => Math.abs(a.number - b.number) <= 1
    let before: SimMember[] = []
    for (let at = 0; at < 6; at++) before = [network.join(before)]
    const [first, last] = [network.members[0], network.members[5]] as [SimMember, SimMember]
    secondsUntil(clock, () => network.alive.every((member) => allHold(network.alive, member)), 5)
    pass(clock, 60)
    // They try each other now and then, in vain, and take it back at once.
    secondsUntil(clock, () => network.alive.every(({ engine }) => engine.alive === 6), 5)
    first.advance(1)
    secondsUntil(clock, () => last.engine.member(first.id)?.record?.swarms[0]?.status === 'seeder', 2)
    first.cutPower()
    secondsUntil(clock, () => noneHolds(network.alive, first), 30)
    secondsUntil(clock, () => last.engine.alive === 5, 10)
  })
})

describe('a large membership', () => {
  it('of 200 that loses a third at once knows it within a minute', () => {
    const clock = new SimClock()
    const network = new SimMembers(clock, 5)
    network.join([])
    for (let at = 1; at < 200; at++) {
      clock.after(20 * at, () => network.join([network.members[Math.floor(network.random() * at)] as SimMember]))
    }
    pass(clock, 10)
    assert.ok(network.alive.every(({ engine }) => engine.alive === 200))
    pass(clock, 60)
    const dead = network.members.filter(({ number }) => number % 3 === 0)
    for (const member of dead) member.cutPower()
    secondsUntil(clock, () => dead.every((one) => noneHolds(network.alive, one)), 60)
    secondsUntil(clock, () => agree(network.alive), 20)
    assert.equal(network.alive[0]?.engine.alive, 133)
  })
})

/** Connects two engines and lets them talk for two seconds. */
function converse(one: Membership, other: Membership): void {
  const pair = [one, other] as const
  const link = 'talk'
  for (const [at, engine] of pair.entries())
    engine.handle({ type: 'link-opened', link, host: `10.0.0.${9 - 8 * at}`, outbound: at === 0, isOwn: true }, 0)
  for (let now = 1; now < 2000; now += 50) {
    for (const [at, engine] of pair.entries()) {
      engine.handle({ type: 'tick' }, now)
      for (const effect of engine.drain()) {
        if (effect.type !== 'send' || effect.link !== link) continue
        pair[1 - at]?.handle({ type: 'message', link, message: effect.message, bytes: 100 }, now)
      }
    }
  }
}

describe('a neighbour', () => {
  const OWN = memberIdFromBytes(Buffer.alloc(16, 1))
  const idOf = (number: number): MemberId => memberIdFromBytes(Buffer.alloc(16, number))
  const engineWith = (options: { maxMembers?: number } = {}): Membership => {
    const engine = new Membership({ id: OWN, incarnation: 10, random: seededRandom(1), ...options })
    engine.handle({ type: 'own', record: bareMember(['10.0.0.1']), isUrgent: true }, 0)
    engine.handle({ type: 'link-opened', link: 'a', host: '10.0.0.2', outbound: false, isOwn: true }, 0)
    engine.drain()
    return engine
  }
  const say = (engine: Membership, message: MembersMessage, bytes = 100): MembershipEffect[] => {
    engine.handle({ type: 'message', link: 'a', message, bytes }, 1)
    return engine.drain()
  }
  const closeReason = (effects: readonly MembershipEffect[]): string | null => {
    for (const effect of effects) if (effect.type === 'close') return effect.reason
    return null
  }
  const contentOf = (number: number, address = '10.0.0.2'): NonNullable<MembersMessage['contents']>[number] => ({
    id: idOf(number),
    incarnation: 1,
    body: encodeMemberRecord(bareMember([address])),
  })

  it('that does not say who it is, or says that it is us, is sent away', () => {
    assert.equal(closeReason(say(engineWith(), { digest: 5 })), 'invalid-members-message')
    assert.equal(closeReason(say(engineWith(), { sender: OWN })), 'self-connection')
  })

  it('that knows something else is counted, and so is one that refutes a suspicion', () => {
    const engine = engineWith()
    say(engine, { sender: idOf(2), contents: [contentOf(2)], wanted: true, digest: 5 })
    assert.equal(engine.differing, 1)
    say(engine, { digest: engine.digest })
    assert.equal(engine.differing, 0)
    assert.deepEqual(engine.counts.digests, { sent: 0, agreed: 1, differed: 1 })
    say(engine, { verdicts: [{ id: idOf(2), incarnation: 1, kind: 'suspected' }] })
    say(engine, { contents: [{ ...contentOf(2), incarnation: 2 }] })
    assert.equal(engine.counts.changes.refuted, 1)
    assert.equal(engine.counts.changes.joined, 1)
  })

  it('that never says who it is, but goes on to send something, is sent away', () => {
    const engine = engineWith()
    const effects: MembershipEffect[] = []
    for (let now = 1000; now <= 12_000; now += 1000) {
      assert.equal(closeReason(effects), null)
      engine.handle({ type: 'heard', link: 'a' }, now)
      engine.handle({ type: 'tick' }, now)
      effects.push(...engine.drain())
    }
    assert.equal(closeReason(effects), 'member-silent')
  })

  it('that says of us what no record of ours could outweigh makes us take another id, and is asked for it once', () => {
    const engine = engineWith()
    const clashes = say(engine, {
      sender: idOf(2),
      verdicts: [2 ** 53 - 1, 2 ** 53 - 2, 2 ** 53 - 1].map((incarnation) => ({ id: OWN, incarnation, kind: 'gone' })),
    }).filter(({ type }) => type === 'clash')
    assert.equal(clashes.length, 1)
    engine.rename(idOf(9), 1)
    assert.equal(engine.stateOf(idOf(9)), 'alive')
  })

  it('that sends a record which is none is sent away', () => {
    const engine = engineWith()
    const bad = { id: idOf(3), incarnation: 1, body: Buffer.from('d1:pi0ee') }
    assert.equal(closeReason(say(engine, { sender: idOf(2), contents: [bad] })), 'invalid-member-record')
    assert.equal(engine.member(idOf(3)), null)
  })

  it('that floods is sent away, by number of messages, of bytes, and of what it asks for', () => {
    const flood = (message: MembersMessage, bytes: number): number => {
      const engine = engineWith()
      say(engine, { sender: idOf(2), contents: [contentOf(2)], wanted: true })
      for (let at = 1; at < 100_000; at++) {
        const reason = closeReason(say(engine, message, bytes))
        if (reason === null) continue
        assert.equal(reason, 'members-flood')
        return at
      }
      return Infinity
    }
    assert.ok(flood({ digest: 1 }, 20) < 1000)
    assert.ok(flood({}, 60_000) < 200)
    assert.ok(flood({ pulls: Array.from({ length: 4000 }, () => OWN) }, 64_000) < 10)
  })

  it('can not make us know more members than we have room for, nor forget those that are there', () => {
    const engine = engineWith({ maxMembers: 100 })
    say(engine, { sender: idOf(2), contents: [contentOf(2)], wanted: true })
    for (let batch = 0; batch < 10; batch++) {
      const contents = Array.from({ length: 100 }, (_, at) => {
        const id = memberIdFromBytes(Buffer.concat([Buffer.of(batch, at), Buffer.alloc(14, 9)]))
        return { ...contentOf(9, `10.1.${batch}.${at}`), id }
      })
      say(engine, { contents })
    }
    assert.equal(engine.members().length, 100)
    assert.equal(engine.stateOf(idOf(2)), 'alive')
  })

  it('can not make us dial one address again and again by naming many members there', () => {
    const engine = engineWith()
    const dialled = new Map<string, number>()
    const count = (effects: readonly MembershipEffect[], now: number): void => {
      for (const effect of effects) {
        if (effect.type !== 'dial') continue
        for (const { host } of effect.addresses) dialled.set(host, (dialled.get(host) ?? 0) + 1)
        engine.handle({ type: 'dial-failed', dial: effect.dial, isOurFault: false }, now)
      }
    }
    say(engine, { sender: idOf(2), contents: [contentOf(2)], wanted: true })
    for (let at = 3; at < 200; at++) count(say(engine, { contents: [contentOf(at, '10.9.9.9')] }), 1)
    for (let now = 0; now < 59_000; now += 500) {
      engine.handle({ type: 'tick' }, now)
      count(engine.drain(), now)
    }
    assert.equal(dialled.get('10.9.9.9'), 1)
  })

  it('never makes us dial ourselves, nor loopback when we are in a network', () => {
    const engine = engineWith()
    const effects = say(engine, {
      sender: idOf(2),
      contents: [contentOf(2), contentOf(3, '127.0.0.1'), contentOf(4, '10.0.0.1'), contentOf(5, '::1')],
    })
    for (let now = 0; now < 10_000; now += 500) {
      engine.handle({ type: 'tick' }, now)
      effects.push(...engine.drain())
    }
    assert.deepEqual(
      effects.filter(({ type }) => type === 'dial'),
      [],
    )
  })

  it('that speaks under our id from elsewhere, again and again, tells that our id is not ours alone', () => {
    const engine = engineWith()
    say(engine, { sender: idOf(2), contents: [contentOf(2)] })
    const clashes: MembershipEffect[] = []
    for (let at = 1; at <= 2; at++) {
      const content = { ...contentOf(1, '10.0.0.77'), incarnation: 1000 * at }
      clashes.push(...say(engine, { contents: [content] }).filter(({ type }) => type === 'clash'))
    }
    assert.equal(clashes.length, 1)
  })
})
