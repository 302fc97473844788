import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { infoHashFromBytes } from '../../../src/protocol/index.ts'
import type { KeptSettings } from '../../../src/service/swarm/kept-settings.ts'
import { SwarmLife } from '../../../src/service/swarm/swarm-life.ts'
import { newSettings, type SwarmSettings } from '../../../src/service/swarm/swarm-settings.ts'
import type { SwarmSurroundings } from '../../../src/service/swarm/swarm-surroundings.ts'
import type { TorrentRunner } from '../../../src/service/swarm/torrent-runner.ts'

interface Active {
  readonly name: 'active'
  readonly runner: TorrentRunner
}

/** A life of which every step is written down; what is kept waits for `noted`. */
function lived(joining: (signal: AbortSignal) => Promise<void> = async () => {}) {
  const steps: string[] = []
  const noted: (() => void)[] = []
  let settings: SwarmSettings = newSettings(new Date(0))
  const kept = {
    get now() {
      return settings
    },
    keep(changes: Partial<SwarmSettings>) {
      settings = { ...settings, ...changes }
      return new Promise<void>((resolve) => noted.push(resolve))
    },
    change(changes: Partial<SwarmSettings>) {
      settings = { ...settings, ...changes }
    },
  } as unknown as KeptSettings
  const around = {
    onOwnPart: () => {},
    log: (event: string) => steps.push(event),
  } as unknown as SwarmSurroundings
  const runner = { stop: async () => steps.push('goodbye') } as unknown as TorrentRunner
  const life: SwarmLife<Active> = new SwarmLife<Active>({
    about: { infoHash: infoHashFromBytes(Buffer.alloc(20)), isPrivate: false },
    kept,
    around,
    join: async (signal) => {
      steps.push('join')
      await joining(signal)
      life.enter({ name: 'active', runner })
    },
    left: () => void steps.push('left'),
  })
  return { life, steps, noted }
}

describe('the life of a swarm', () => {
  it('is what was wanted last, whichever was noted first', async () => {
    for (const [first, last] of [
      ['stopped', 'started'],
      ['started', 'stopped'],
    ] as const) {
      const { life, noted } = lived()
      if (first === 'stopped') await life.start()
      const wanted = [life.want(first), life.want(last)]
      noted[1]?.()
      await wanted[1]
      noted[0]?.()
      await wanted[0]
      assert.equal(life.phase.name, last === 'started' ? 'active' : 'stopped')
    }
  })

  it('does nothing that could not be noted', async () => {
    const { life } = lived()
    await life.start()
    life.kept.keep = () => Promise.reject(new Error('the disk is full'))
    await assert.rejects(life.want('stopped'), /the disk is full/)
    assert.deepEqual([life.phase.name, life.kept.now.desired], ['active', 'started'])
  })

  it('says goodbye before it leaves its files, and only then joins again', async () => {
    const { life, steps } = lived()
    await Promise.all([life.start(), life.stop(), life.start()])
    assert.deepEqual(steps, ['join', 'goodbye', 'left', 'join'])
  })

  it('is told to stop in the midst of a start', async () => {
    const { life, steps } = lived(
      (signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
    )
    const started = life.start()
    await Promise.resolve()
    await life.stop()
    await started
    assert.equal(life.phase.name, 'stopped')
    assert.deepEqual(steps, ['join', 'goodbye', 'left'])
  })

  it('ends once, and goes on when its end fails', async () => {
    const { life, steps } = lived()
    await life.start()
    await assert.rejects(
      life.end(() => Promise.reject(new Error('its files can not be removed'))),
      /can not be removed/,
    )
    await life.start()
    assert.equal(life.phase.name, 'active')
    const ended = life.end(() => {})
    await Promise.all([ended, life.start(), life.stop()])
    assert.equal(life.phase.name, 'stopped')
    assert.deepEqual(steps, ['join', 'goodbye', 'left', 'swarm.error', 'join', 'goodbye', 'left'])
  })
})
