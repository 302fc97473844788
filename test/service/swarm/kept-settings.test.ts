import assert from 'node:assert/strict'
import { mkdir, rmdir, stat } from 'node:fs/promises'
import { test } from 'node:test'
import { infoHashFromHex } from '../../../src/protocol/index.ts'
import { RootFolder, type SwarmPlace } from '../../../src/service/root-folder.ts'
import { KeptSettings } from '../../../src/service/swarm/kept-settings.ts'
import { loadSettings, newSettings } from '../../../src/service/swarm/swarm-settings.ts'
import { ScratchFolder } from '../../support/scratch-folder.ts'

const SETTINGS = newSettings(new Date(0))

async function newPlace(root: string): Promise<SwarmPlace> {
  const infoHash = infoHashFromHex('0123456789abcdef0123456789abcdef01234567')
  assert.ok(infoHash)
  const place = new RootFolder(root).swarm(infoHash)
  await mkdir(place.folder, { recursive: true })
  return place
}

/** Each write makes another file. */
const fileOf = async ({ settings }: SwarmPlace): Promise<bigint> => (await stat(settings, { bigint: true })).ctimeNs

test('settings that are in the file already are not written again, and others are', async () => {
  await using folder = await ScratchFolder.create()
  const place = await newPlace(folder.path)
  const kept = new KeptSettings(place, SETTINGS)
  await kept.save()
  const first = await fileOf(place)
  await kept.save()
  await Promise.all([kept.save(), kept.save()])
  assert.equal(await fileOf(place), first)
  kept.change({ uploaded: 7 })
  await kept.save()
  assert.notEqual(await fileOf(place), first)
  assert.equal((await loadSettings(place.settings))?.settings.uploaded, 7)
})

test('settings as they were read are not written again', async () => {
  await using folder = await ScratchFolder.create()
  const place = await newPlace(folder.path)
  await new KeptSettings(place, SETTINGS).save()
  const first = await fileOf(place)
  const loaded = await loadSettings(place.settings)
  assert.ok(loaded)
  const again = new KeptSettings(place, loaded.settings, !loaded.fromPrevious)
  await again.save()
  assert.equal(await fileOf(place), first)
})

test('settings that change and change back while they are written end as they are', async () => {
  await using folder = await ScratchFolder.create()
  const place = await newPlace(folder.path)
  const kept = new KeptSettings(place, SETTINGS)
  await kept.save()
  kept.change({ desired: 'stopped' })
  const stopped = kept.save()
  kept.change({ desired: 'started' })
  await Promise.all([stopped, kept.save()])
  assert.equal((await loadSettings(place.settings))?.settings.desired, 'started')
})

test('settings whose writing failed are written at the next time', async () => {
  await using folder = await ScratchFolder.create()
  const place = await newPlace(folder.path)
  const kept = new KeptSettings(place, SETTINGS)
  const inTheWay = `${place.settings}.tmp`
  await mkdir(inTheWay)
  await assert.rejects(Promise.all([kept.save(), kept.save()]))
  await rmdir(inTheWay)
  await kept.save()
  assert.deepEqual((await loadSettings(place.settings))?.settings, SETTINGS)
})
