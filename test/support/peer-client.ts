import type { LabProcess } from './lab-process.ts'
import type { MadeTorrent } from './make-torrent.ts'

export interface PeerClientOptions {
  readonly torrent: MadeTorrent
  /** It is started with this link to the torrent, and not with its file. Not swarmd, which is given it over its API. */
  readonly magnet?: string
  /** A folder of its own, that exists. */
  readonly folder: string
  /** Default 5000. */
  readonly port?: number
  /** Peers to connect to, beside those that the tracker names. libtorrent only. */
  readonly peers?: readonly { readonly host: string; readonly port: number }[]
  /** Tries an encrypted handshake first, as most clients do when left alone. Default false. */
  readonly encrypted?: boolean
  /** Finds peers of the LAN by multicast (BEP 14). Default false; libtorrent and transmission. */
  readonly lsd?: boolean
  /** Exchanges peers with its peers (BEP 11). Default false; libtorrent and transmission. */
  readonly pex?: boolean
  /** More words for the command line. swarmd only. */
  readonly args?: readonly string[]
  /** Starts without the torrent, which is posted to its API later. swarmd only. */
  readonly startEmpty?: boolean
}

/** One client with one torrent on one host, whatever client it is. Every wait has a bound. */
export interface PeerClient {
  readonly kind: string
  readonly process: LabProcess
  /** The folder that holds the torrent's complete data. */
  readonly dataFolder: string
  /** When it has all pieces and offers them: for one that was started with the data. */
  ready(timeoutMs?: number): Promise<void>
  /** When it has fetched and verified the last piece: for one that was started without the data. */
  done(timeoutMs?: number): Promise<void>
  /** Share of verified data, 0 … 1. */
  progress(): Promise<number>
  /** Payload bytes sent to others. */
  uploaded(): Promise<number>
  stop(): Promise<void>
}
