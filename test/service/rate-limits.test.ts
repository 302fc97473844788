import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { test } from 'node:test'
import { SharedLimits } from '../../src/service/rate-limits.ts'
import { ScratchFolder } from '../support/scratch-folder.ts'

test('a limit of the settings holds until it is changed, one that they leave out is as it was changed last', async () => {
  await using folder = await ScratchFolder.create()
  const path = `${folder.path}/limits`
  const limits = new SharedLimits(path)
  await limits.follow({})
  assert.deepEqual(limits.pair.limits, { downloadLimit: null, uploadLimit: null })
  await limits.change({ downloadLimit: 5_000, uploadLimit: 6_000 })
  // Settings that say the same as before take nothing back.
  await limits.follow({})
  assert.deepEqual(limits.pair.limits, { downloadLimit: 5_000, uploadLimit: 6_000 })
  await limits.follow({ uploadLimit: 7_000 })
  assert.deepEqual(limits.pair.limits, { downloadLimit: 5_000, uploadLimit: 7_000 })
  await limits.change({ downloadLimit: 8_000 })
  await limits.follow({ uploadLimit: null })
  assert.deepEqual(limits.pair.limits, { downloadLimit: 8_000, uploadLimit: null })

  // After a restart.
  const again = new SharedLimits(path)
  await again.follow({ uploadLimit: 9_000 })
  assert.deepEqual(again.pair.limits, { downloadLimit: 8_000, uploadLimit: 9_000 })
  await again.follow({})
  assert.deepEqual(again.pair.limits, { downloadLimit: 8_000, uploadLimit: 6_000 })
})

test('a limit of the settings ends with them, also when the other one was changed meanwhile', async () => {
  await using folder = await ScratchFolder.create()
  const path = `${folder.path}/limits`
  const limits = new SharedLimits(path)
  await limits.follow({ downloadLimit: 5_000 })
  assert.deepEqual(await limits.change({ uploadLimit: 6_000 }), { downloadLimit: 5_000, uploadLimit: 6_000 })
  const again = new SharedLimits(path)
  await again.follow({})
  assert.deepEqual(again.pair.limits, { downloadLimit: null, uploadLimit: 6_000 })
})

test('settings are followed whatever has become of the file meanwhile, and a change meanwhile counts', async () => {
  await using folder = await ScratchFolder.create()
  const path = `${folder.path}/limits`
  const limits = new SharedLimits(path)
  await limits.follow({ downloadLimit: 5_000 })
  await mkdir(path)
  const following = limits.follow({ uploadLimit: 7_000 })
  await limits.change({ downloadLimit: 8_000 })
  await following
  assert.deepEqual(limits.pair.limits, { downloadLimit: 8_000, uploadLimit: 7_000 })
})
