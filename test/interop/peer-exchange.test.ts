import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { labRequirements } from '../support/lab-requirements.ts'
import type { LabHost } from '../support/lab-host.ts'
import { Lab } from '../support/lab.ts'
import { makeTorrent } from '../support/make-torrent.ts'
import { writeRandomFile } from '../support/random-file.ts'
import { startPeer, type PeerKind } from '../support/start-peer.ts'
import { SwarmdClient } from '../support/swarmd-client.ts'
import { waitUntil } from '../support/wait-until.ts'

const LENGTH = 16 * 1024 * 1024
/** So slow that nobody is done, and leaves, before the peers have told each other: transmission does that every 90 s. */
const GIVER = { uploadMegabits: 0.5 }
const TIMEOUT_MS = 240_000

/**
 * Three hosts, no tracker, no LSD: the hub is told of the two others, which know nobody. What they learn of each other they learn
 * of the hub. The giver is a seeder, which calls nobody.
 */
const meetAtHub = async (lab: Lab, hubKind: PeerKind, takerKind: PeerKind): Promise<void> => {
  const name = `${hubKind}-${takerKind}`
  const source = join(lab.folder, name, 'source', `${name}.bin`)
  await writeRandomFile(source, LENGTH, name)
  const path = join(lab.folder, `${name}.torrent`)
  const torrent = await makeTorrent({ source, pieceLength: 64 * 1024, path })
  const [giverHost, hubHost, takerHost] = [await lab.host(GIVER), await lab.host(), await lab.host()]
  const folder = (part: string): string => join(lab.folder, name, part)
  const args = ['--lsd', 'off']
  const giver = await startPeer('swarmd', giverHost, { torrent, folder: folder('giver'), seedFrom: source, args })
  const hub = await startPeer(hubKind, hubHost, { torrent, folder: folder('hub'), pex: true, args })
  const taker = await startPeer(takerKind, takerHost, { torrent, folder: folder('taker'), pex: true, args })

  const call = async (from: SwarmdClient, to: LabHost): Promise<void> => {
    const route = `/swarms/${torrent.infoHash}/peers`
    await waitUntil('the swarm to take an address', async () => {
      const answer = await from.swarmd.api('POST', route, { addresses: [`${to.address}:5000`] })
      return answer.status < 300
    })
  }
  const isConnected = async (client: SwarmdClient, to: LabHost): Promise<boolean> => {
    const { body } = await client.swarmd.api('GET', `/swarms/${torrent.infoHash}/peers`)
    return JSON.stringify(body).includes(`"${to.address}:`)
  }
  assert.ok(giver instanceof SwarmdClient)
  if (hub instanceof SwarmdClient) {
    for (const host of [giverHost, takerHost]) await call(hub, host)
  } else {
    // Who calls again and again gets through when the hub is up.
    assert.ok(taker instanceof SwarmdClient)
    for (const client of [giver, taker]) {
      await waitUntil(`the call to ${hubKind}`, async () => {
        await call(client, hubHost)
        return isConnected(client, hubHost)
      })
    }
  }
  const bound = { timeoutMs: TIMEOUT_MS, intervalMs: 500 }
  await waitUntil(
    `${takerKind} to call the giver, of which ${hubKind} told`,
    () => isConnected(giver, takerHost),
    bound,
  )
}

describe('peer exchange', { skip: labRequirements('lab-and-clients'), timeout: 600_000 }, () => {
  it('is told by us to swarmd, libtorrent and transmission, and by those to us', async () => {
    await using lab = await Lab.create()
    // Side by side, as nearly all of it is waiting.
    await Promise.all([
      meetAtHub(lab, 'swarmd', 'swarmd'),
      meetAtHub(lab, 'swarmd', 'libtorrent'),
      meetAtHub(lab, 'swarmd', 'transmission'),
      meetAtHub(lab, 'libtorrent', 'swarmd'),
      meetAtHub(lab, 'transmission', 'swarmd'),
    ])
  })
})
