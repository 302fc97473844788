/** Plain numbers of the service as a whole, counted where things happen and copied by whoever asks. */
import { Durations } from '../../swarm/index.ts'
import { Tally } from './tally.ts'

export class DiskCounts {
  readonly seconds = { read: new Durations(), write: new Durations(), sync: new Durations() }
  readonly bytes = { read: 0, write: 0 }
  /** Calls that have not come back yet. */
  pending = { read: 0, write: 0, sync: 0 }
  /** By operation. */
  readonly failures = { read: 0, write: 0, sync: 0 }
}

export class ServiceCounts {
  readonly disk = new DiskCounts()
  /** From a request for a block to its last byte. */
  readonly requestLatency = new Durations()
  /** From an announce to a tracker to its answer, or to the end of waiting for one. */
  readonly announceSeconds = new Durations()
  /** From the last block of a piece to its SHA-1. */
  readonly hashSeconds = new Durations()
  /** How late the event loop was for a timer of the service. */
  readonly loopLag = new Durations()
  /** Journal records made durable, data first: how long each flush took. */
  readonly flushSeconds = new Durations()
  flushFailures = 0
  /** Connections of ours, by outcome: `connected`, or why not. */
  readonly dials = new Tally()
  /** Sessions that ended, by reason. */
  readonly closes = new Tally()
  /** Peers banned, by reason. */
  readonly bans = new Tally()
}
