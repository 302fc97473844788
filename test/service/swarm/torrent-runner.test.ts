import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BlockReader, ClientPorts, DialGate, ReadMemory } from '../../../src/io/index.ts'
import { infoHashFromBytes, peerIdFromBytes } from '../../../src/protocol/index.ts'
import { Durations, type PieceStore, type TorrentEffect, type TorrentEngine } from '../../../src/swarm/index.ts'
import { Tally } from '../../../src/service/measures/tally.ts'
import { TorrentRunner } from '../../../src/service/swarm/torrent-runner.ts'

const LENGTH = 16_384
const never = (): never => assert.fail('nobody asks for that')

/** Runs an engine that has this to be done, once. @returns the runner, and the pieces that were written */
function run(effect: TorrentEffect, store: PieceStore): { runner: TorrentRunner; written: number[] } {
  const effects = [effect]
  const written: number[] = []
  const torrent: TorrentEngine = {
    sessions: new Map(),
    dividesUplink: false,
    handle: () => {},
    drain: () => effects.splice(0),
    blockTarget: () => null,
  }
  const runner = new TorrentRunner({
    torrent,
    pieceLength: LENGTH,
    storage: { store, reader: new BlockReader(store, { length: LENGTH, memory: new ReadMemory(LENGTH) }) },
    handshake: {
      infoHash: infoHashFromBytes(Buffer.alloc(20)),
      peerId: peerIdFromBytes(Buffer.alloc(20)),
      extensions: { fast: true, extended: true, dht: false },
    },
    clientPorts: new ClientPorts(null),
    counts: { dials: new Tally(), closes: new Tally(), hashSeconds: new Durations() },
    dialGate: new DialGate(),
    askTracker: never,
    announceRequest: never,
    onEffect: () => {},
    onWritten: (index) => written.push(index),
    onConnected: () => {},
    onClosed: () => {},
    onStorageError: never,
    onBug: (error) => assert.fail(String(error)),
  })
  runner.dispatch({ type: 'tick' })
  return { runner, written }
}

test('a run that is stopped waits for a verified piece to be written, and not without end', async () => {
  const writing = Promise.withResolvers<void>()
  const store: PieceStore = { read: never, write: () => writing.promise, sync: never, close: never }
  const piece = { type: 'store', index: 0, bytes: Buffer.alloc(LENGTH) } as const
  const { runner, written } = run(piece, store)
  const stopped = runner.stop(600_000)
  setImmediate(() => writing.resolve())
  await stopped
  assert.deepEqual(written, [0])
  const stuck = run(piece, { ...store, write: () => new Promise(() => {}) })
  await stuck.runner.stop(1)
  assert.deepEqual(stuck.written, [])
})
