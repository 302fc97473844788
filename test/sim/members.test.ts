import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SimClock } from './sim-clock.ts'
import { SimMembers, type SimMember } from './sim-members.ts'

const MEMBERS = 500
const MINUTE = 60_000
const CHURN = 0.05
const JOIN_MS = 5_000
const GHOST_MS = 60_000
const HAUNT_MS = 10_000
/** Four times what was measured: twice as much of anything is found out by the traffic. */
const MOST_CPU_SECONDS = 120
/** Of 2,048 that membership may cost. */
const MOST_BYTES_A_SECOND = 1700

describe('500 members in virtual time', () => {
  it('with 5 % of them coming and going each minute know of each other, hold no ghosts, and say little', (t) => {
    const clock = new SimClock()
    const network = new SimMembers(clock, 7)
    const one = (): SimMember => {
      const { alive } = network
      return alive[Math.floor(network.random() * alive.length)] as SimMember
    }
    const check: string[] = []
    /** Five seconds after a join everybody who is there, and was there then, knows the newcomer. */
    const join = (): void => {
      const member = network.join([one()])
      for (let second = 1; second <= 60; second++) clock.after(1000 * second, () => member.advance(1 / 60))
      clock.after(JOIN_MS, () => {
        if (member.power !== 'on') return
        for (const other of network.alive) {
          if (other.joinedAt > clock.now - JOIN_MS) continue
          if (!other.holds(member)) check.push(`${clock.now}: ${other.number} does not know ${member.number}`)
          if (!member.holds(other)) check.push(`${clock.now}: newcomer ${member.number} does not know ${other.number}`)
        }
      })
    }
    const end = (): void => {
      const member = one()
      const chance = network.random()
      if (chance < 1 / 3) member.leave()
      else if (chance < 2 / 3) member.kill()
      else member.cutPower()
    }
    let oldestGhost = 0
    const haunt = (): void => {
      const { alive } = network
      for (const dead of network.members.filter(({ power }) => power !== 'on')) {
        const age = clock.now - dead.endedAt
        if (age > oldestGhost && alive.some((member) => member.holds(dead))) oldestGhost = age
      }
      clock.after(HAUNT_MS, haunt)
    }

    const before = process.cpuUsage()
    network.join([], 1)
    for (let at = 1; at < MEMBERS; at++) clock.after(40 * at, () => network.join([one()], 1))
    const started = 40 * MEMBERS + JOIN_MS
    clock.runUntil(() => false, started)
    for (const member of network.alive) {
      assert.equal(member.engine.alive, MEMBERS, `member ${member.number} knows all after the start`)
      member.bytesSent = member.bytesReceived = 0
    }
    const longStanding = new Set(network.alive)
    const gap = MINUTE / (MEMBERS * CHURN)
    const over = started + 10 * MINUTE
    for (let at = started; at < over; at += gap) {
      clock.at(at + network.random() * gap, join)
      clock.at(at + network.random() * gap, end)
    }
    clock.at(started, haunt)
    clock.runUntil(() => false, over)
    const cpu = process.cpuUsage(before)

    const busiest = { sent: 0, received: 0 }
    let [bytes, seconds, links] = [0, 0, 0]
    for (const member of network.members) {
      const lived = (Math.min(member.endedAt, over) - Math.max(member.joinedAt, started)) / 1000
      bytes += member.bytesSent + member.bytesReceived
      seconds += lived
      if (member.power !== 'on') continue
      links = Math.max(links, member.links)
      if (!longStanding.has(member)) continue
      busiest.sent = Math.max(busiest.sent, member.bytesSent / lived)
      busiest.received = Math.max(busiest.received, member.bytesReceived / lived)
    }
    const cpuSeconds = (cpu.user + cpu.system) / 1e6
    const story =
      `${network.members.length} members, ${network.messages} messages; on average ${Math.round(bytes / seconds)} B/s ` +
      `in both directions, the busiest sent ${Math.round(busiest.sent)} and received ${Math.round(busiest.received)} B/s; ` +
      `oldest ghost ${Math.round(oldestGhost / 1000)} s; at most ${links} links; CPU ${cpuSeconds.toFixed(0)} s`
    t.diagnostic(story)
    assert.deepEqual(check.slice(0, 10), [], `${check.length} members are missing in maps`)
    assert.ok(oldestGhost < GHOST_MS, story)
    assert.ok(bytes / seconds < MOST_BYTES_A_SECOND, story)
    assert.ok(Math.max(busiest.sent, busiest.received) < MOST_BYTES_A_SECOND, story)
    assert.ok(cpuSeconds < MOST_CPU_SECONDS, story)
  })
})
