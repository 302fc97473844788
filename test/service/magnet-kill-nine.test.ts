import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { FakePeer } from '../support/fake-peer.ts'
import { inMemoryTorrent } from '../support/in-memory-torrent.ts'
import { answerWithMetadata, claimMetadata } from '../support/metadata-peer.ts'
import { ScratchFolder } from '../support/scratch-folder.ts'
import { SwarmdChild } from '../support/swarmd-child.ts'
import { waitUntil } from '../support/wait-until.ts'

describe('a magnet link under kill -9', { timeout: 120_000 }, () => {
  it('is there after its 201, and its metadata after it was seen, with nobody left to ask', async () => {
    await using scratch = await ScratchFolder.create()
    const { metainfo } = inMemoryTorrent({ name: 'killed.bin', content: 3_000_000, pieceLength: 1024 })
    const { infoHash, infoBytes } = metainfo
    const root = scratch.path
    {
      const { child } = await SwarmdChild.start({ root })
      await using _child = child
      const answer = await fetch(new URL('/swarms', child.apiUrl), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ magnet: `magnet:?xt=urn:btih:${infoHash}&dn=kept` }),
      })
      await child.kill()
      assert.equal(answer.status, 201)
    }
    {
      const { child } = await SwarmdChild.start({ root })
      await using _child = child
      const { name, state } = await child.swarm(infoHash)
      assert.deepEqual({ name, state }, { name: 'kept', state: 'fetching-metadata' })
      using peer = await FakePeer.shakeHands({ port: child.port, infoHash })
      answerWithMetadata(peer, infoBytes)
      claimMetadata(peer, infoBytes.length)
      await waitUntil('the metadata', async () => (await child.swarm(infoHash)).length === metainfo.length, {
        intervalMs: 2,
      })
      await child.kill()
    }
    const { child } = await SwarmdChild.start({ root })
    await using _child = child
    const { name, state, length } = await child.swarm(infoHash)
    assert.deepEqual({ name, length }, { name: 'killed.bin', length: metainfo.length })
    assert.notEqual(state, 'fetching-metadata')
    const torrent = await child.get(`/swarms/${infoHash}/metainfo`)
    assert.ok(Buffer.from(await torrent.arrayBuffer()).includes(infoBytes))
  })
})
