import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test, type TestContext } from 'node:test'
import { createControl } from '../../src/control/index.ts'
import type { SwarmView } from '../../src/service/index.ts'
import { askUpgrade, EventClient } from '../support/event-client.ts'
import { type EventMessage, FoldedEvents } from '../support/folded-events.ts'
import { TestService } from '../support/running-service.ts'
import { Standstills } from '../support/standstills.ts'
import { waitUntil } from '../support/wait-until.ts'

const MIB = 1024 * 1024

async function controlled(test: TestContext, service: TestService): Promise<string> {
  const control = createControl({ service: service.service, port: 0 })
  const { url } = await control.listen()
  test.after(() => control.close())
  return url
}

async function seed(seeder: TestService, name: string, length: number): Promise<Uint8Array> {
  await writeFile(path.join(seeder.root, 'shareable', name), randomBytes(length))
  const { swarm } = await seeder.service.makeTorrent({ name, pieceLength: 65536 })
  await seeder.swarm(swarm.infoHash, ({ state }) => state === 'seeding')
  return seeder.service.metainfo(swarm.infoHash)
}

const isQuiet = (swarm: SwarmView): boolean => swarm.state === 'stopped'

test('a reader that loses its connection 100 times during a download knows at each quiet point what REST says', async (t) => {
  await using seeder = await TestService.start()
  const torrents = [await seed(seeder, 'one', 12 * MIB), await seed(seeder, 'two', MIB)]
  await using leecher = await TestService.start()
  const url = await controlled(t, leecher)
  const { service } = leecher
  const asked = async () => {
    const { items } = (await (await fetch(`${url}/swarms`)).json()) as { items: SwarmView[] }
    return new Map(items.map((swarm) => [String(swarm.infoHash), swarm]))
  }
  const folded = new FoldedEvents()
  const fold = (message: EventMessage): void => folded.fold(message)
  await service.changeLimits({ downloadLimit: MIB / 2 })
  for (const torrent of torrents) await service.addTorrent(torrent)
  const [first] = service.swarms()
  assert.ok(first)
  let client = new EventClient(url, folded.query, fold)
  let quietPoints = 0
  for (let kill = 1; kill <= 100; kill++) {
    // Mostly it has read no more than a part.
    await client.heard(kill % 8 === 0 ? 'stats' : 'hello')
    client.drop()
    if (kill === 30) await service.addTorrent(await seed(seeder, 'three', MIB))
    if (kill === 60) await service.remove(first.infoHash, { deleteData: false })
    client = new EventClient(url, folded.query, fold)
    if (kill % 20 !== 0) continue
    for (const { infoHash } of service.swarms()) await service.setDesiredState(infoHash, 'stopped')
    const same = await waitUntil(
      'the folded state to be that of REST',
      async () => {
        const rest = await asked()
        return [...rest.values()].every(isQuiet) && deepEqual(folded.swarms, rest)
      },
      { timeoutMs: 20_000 },
    ).catch(() => false)
    if (!same) assert.deepEqual(folded.swarms, await asked())
    quietPoints++
    for (const { infoHash } of service.swarms()) await service.setDesiredState(infoHash, 'started')
  }
  client.close()
  assert.equal(quietPoints, 5)
  assert.ok(folded.resumed > 80, `${folded.resumed} went on where they were, ${folded.restarted} began anew`)
})

test('one reader that stalls among ten does not hold up the others: they hear all, within a second', async (t) => {
  await using service = await TestService.start()
  const url = await controlled(t, service)
  const torrent = await seed(service, 'one', MIB)
  const [swarm] = service.service.swarms()
  assert.ok(swarm)
  const stalled = await askUpgrade(url, '/events')
  stalled.socket?.pause()
  using standstills = new Standstills()
  const ways: { readonly told: number; readonly heard: number }[] = []
  const clients = Array.from({ length: 9 }, () => {
    return new EventClient(url, '', ({ time }) => {
      if (time !== undefined) ways.push({ told: Date.parse(time), heard: Date.now() })
    })
  })
  for (const client of clients) await client.heard('snapshot')
  const turns = 50
  for (let turn = 0; turn < turns; turn++) {
    await service.service.remove(swarm.infoHash, { deleteData: false })
    await service.service.addTorrent(torrent)
  }
  // Who opened later may have in its snapshot what the others heard after theirs.
  const begin = Math.max(...clients.map(({ messages }) => messages.find(({ type }) => type === 'hello')?.seq ?? 0))
  const heard = (): number[][] =>
    clients.map(({ messages }) => {
      const news = messages.filter(({ type, seq = 0 }) => type !== 'hello' && type !== 'stats' && seq > begin)
      return news.map(({ seq = 0 }) => seq)
    })
  await waitUntil('all to have heard the same, each that came and each that went', () => {
    const [first = [], ...others] = heard()
    return first.length >= 2 * turns && others.every((news) => deepEqual(news, first))
  })
  const late = Math.max(...ways.map(({ told, heard }) => heard - told))
  // That the machine lets this process stand still is no lateness; that the process is busy is.
  const own = Math.max(...ways.map(({ told, heard }) => heard - told - standstills.within(told, heard)))
  t.diagnostic(`the latest came after ${late} ms`)
  assert.ok(own < 1_000, `${own} ms late, ${late} ms by the clock`)
  for (const client of clients) client.close()
  stalled.socket?.destroy()
})

function deepEqual(one: unknown, other: unknown): boolean {
  try {
    assert.deepEqual(one, other)
    return true
  } catch {
    return false
  }
}
