import { Aria2Client } from './aria2-client.ts'
import type { LabHost } from './lab-host.ts'
import { LibtorrentClient } from './libtorrent-client.ts'
import type { PeerClient, PeerClientOptions } from './peer-client.ts'
import { TransmissionClient } from './transmission-client.ts'

/** The clients of the world that Debian has, in the words of the tests. */
export type DebianClientKind = 'libtorrent' | 'transmission' | 'aria2'

export const debianClientKinds: readonly DebianClientKind[] = ['libtorrent', 'transmission', 'aria2']

/** Starts one; it is up as soon as its process is. DHT and uTP are off, and LSD and PEX unless asked for, so peers come from the tracker. */
export function startDebianClient(kind: DebianClientKind, host: LabHost, options: PeerClientOptions): PeerClient {
  switch (kind) {
    case 'libtorrent':
      return new LibtorrentClient(host, options)
    case 'transmission':
      return new TransmissionClient(host, options)
    case 'aria2':
      return new Aria2Client(host, options)
  }
}
