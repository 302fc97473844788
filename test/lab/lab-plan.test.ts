import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { PlanError, readPlan } from './lab-plan.ts'

describe("the lab's flags", () => {
  it('have defaults: six peers, 400 Mbit/s, 256 MiB, no mishap', () => {
    assert.deepEqual(readPlan([]), { peers: 6, megabits: 400, bytes: 268_435_456, kills: [], partition: null })
  })

  it('are read as a person writes them', () => {
    const argv = ['--peers', '5', '--rate', '1.5gbit', '--size', '64KiB', '--kill', '1@50%', '--kill', '3@75%']
    assert.deepEqual(readPlan([...argv, '--partition', '2|3@30%..60%']), {
      peers: 5,
      megabits: 1500,
      bytes: 65_536,
      kills: [
        { peer: 1, at: 0.5 },
        { peer: 3, at: 0.75 },
      ],
      partition: {
        groups: [
          [1, 2],
          [3, 4, 5],
        ],
        from: 0.3,
        to: 0.6,
      },
    })
    assert.equal(readPlan(['--rate', 'max'])?.megabits, null)
  })

  it('ask for help', () => {
    assert.equal(readPlan(['--help']), null)
  })

  const bad: readonly (readonly [argv: string[], message: RegExp])[] = [
    [['--peers', '1'], /^--peers: give a number from 2 to 60$/],
    [['--peers', '61'], /^--peers/],
    [['--rate', '400'], /^--rate 400: give a rate such as 400mbit/],
    [['--rate', '0mbit'], /^--rate 0mbit/],
    [['--size', '256'], /^--size 256: give a size such as 256MiB/],
    [['--kill', '7@50%'], /^--kill 7@50%: give the number of a peer, 1 to 6/],
    [['--kill', '1@500%'], /^--kill/],
    [['--kill', '1'], /^--kill/],
    [['--partition', '3|2@30%..60%'], /^--partition 3\|2@30%\.\.60%: .*6 peers in all.*3\|3@30%\.\.60%$/],
    [['--partition', '3|3@60%..30%'], /^--partition/],
    [['--partition', '6|0@30%..60%'], /^--partition/],
    [['--partition', '6@30%..60%'], /^--partition/],
    [['--speed', '1'], /--speed/],
    [['six'], /six/],
  ]
  for (const [argv, message] of bad) {
    it(`refuse ${argv.join(' ')} and say what to give`, () => {
      assert.throws(
        () => readPlan(argv),
        (error) => error instanceof PlanError && message.test(error.message),
      )
    })
  }
})
