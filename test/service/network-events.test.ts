/** The topic network of /events, of real services that know each other. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createControl } from '../../src/control/index.ts'
import type { MemberView } from '../../src/service/index.ts'
import { EventClient } from '../support/event-client.ts'
import { FoldedEvents } from '../support/folded-events.ts'
import { inMemoryTorrent, placeContent } from '../support/in-memory-torrent.ts'
import { TestService } from '../support/running-service.ts'
import { waitUntil } from '../support/wait-until.ts'

/** Without the times, which each look reckons anew. */
const timeless = (members: Iterable<MemberView>): string[] =>
  Array.from(members, ({ lastHeardAt: _heard, stateSince: _since, ...rest }) => JSON.stringify(rest)).sort()

test('a reader hears who joins, what each has and who leaves, over lost connections too, and knows what REST says', async (t) => {
  await using first = await TestService.start()
  const control = createControl({ service: first.service, port: 0 })
  const { url } = await control.listen()
  t.after(() => control.close())
  const folded = new FoldedEvents()
  const query = (): string => ['topics=network', folded.epoch && `epoch=${folded.epoch}&since=${folded.seq}`].join('&')
  const open = (): EventClient => new EventClient(url, query(), (message) => folded.fold(message))
  let client = open()
  await client.heard('network.snapshot')
  const rest = async (): Promise<MemberView[]> =>
    ((await (await fetch(`${url}/network/members`)).json()) as { items: MemberView[] }).items
  const asRest = (what: string): Promise<true> =>
    waitUntil(
      what,
      async () => JSON.stringify(timeless(folded.members.values())) === JSON.stringify(timeless(await rest())),
    )

  const second = await TestService.start({ peers: [{ host: '127.0.0.1', port: first.port }] })
  const { memberId } = second.service.identity()
  await waitUntil('the second machine', () => folded.members.has(memberId))
  client.drop()
  const torrent = inMemoryTorrent({ name: 'a.bin', content: 100_000, pieceLength: 32 * 1024 })
  await placeContent(second.root, torrent)
  await second.join(torrent.bytes)
  client = open()
  await waitUntil('what it has', () => folded.members.get(memberId)?.swarms[0]?.status === 'seeder')
  await asRest('both to say the same')
  await second.service.stop()
  await second[Symbol.asyncDispose]()
  await waitUntil('that it left', () => folded.members.get(memberId)?.state === 'gone')
  assert.match(folded.members.get(memberId)?.stateReason ?? '', /left/)
  await asRest('both to say the same of who left')
  assert.equal(folded.resumed, 1)
  client.close()
})
