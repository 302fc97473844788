import { decodeBencode, encodeBencode } from '../bencode/index.ts'
import type { BencodeDict, BencodeValue, ScanOptions } from '../bencode/index.ts'
import { decodeCompactPeers, decodeCompactPeers6, encodeCompactPeers } from '../compact-peers.ts'
import type { PeerAddress } from '../ids.ts'
import { ProtocolError } from '../protocol-error.ts'

/** The extension's name in the handshake of BEP 10. */
export const PEX_NAME = 'ut_pex'

/** Peers in one message, added and dropped apart, that are sent and that are read (BEP 11: "should not exceed"). */
export const PEX_MOST = 50

/** What is known of a peer that is told of: one byte a peer, `added.f`. Bits that mean nothing to us are passed over. */
export interface PexFlags {
  /** 0x01: it prefers encrypted connections. */
  readonly encryption: boolean
  /** 0x02: it wants nothing. */
  readonly seed: boolean
  /** 0x10: who tells of it has connected to it, so that it can be reached. */
  readonly reachable: boolean
}

export interface PexPeer extends PexFlags {
  readonly address: PeerAddress
}

/**
 * Who came and who went since the last such message, one a minute at most (BEP 11):
 *
 * ```
 *  d 5:added    6 bytes a peer: IPv4 and port    7:added.f   1 byte a peer    7:dropped   6 bytes a peer
 *    6:added6  18 bytes a peer: IPv6 and port    8:added6.f  1 byte a peer    8:dropped6 18 bytes a peer  e
 * ```
 */
export interface PeerExchangeMessage {
  readonly added: readonly PexPeer[]
  readonly dropped: readonly PeerAddress[]
}

const LIMITS: ScanOptions = { maxDepth: 4, maxTokens: 64, allowUnsortedKeys: true }
const FLAGS = { encryption: 0x01, seed: 0x02, reachable: 0x10 }
const ENTRY_LENGTH = { '': 6, '6': 18 }

export function encodePeerExchange({ added, dropped }: PeerExchangeMessage): Buffer {
  const four = added.filter(({ address }) => !address.host.includes(':'))
  const six = added.filter(({ address }) => address.host.includes(':'))
  const gone = encodeCompactPeers(dropped)
  const values: BencodeDict = new Map<string, BencodeValue>([
    ['added', encodeCompactPeers(four.map(({ address }) => address)).peers],
    ['added.f', Buffer.from(four.map(flagsByte))],
    ['added6', encodeCompactPeers(six.map(({ address }) => address)).peers6],
    ['added6.f', Buffer.from(six.map(flagsByte))],
    ['dropped', gone.peers],
    ['dropped6', gone.peers6],
  ])
  return encodeBencode(values)
}

/**
 * The first `PEX_MOST` of each kind, IPv4 before IPv6, without those that have no port.
 *
 * @throws ProtocolError `bencode-…`; `invalid-pex`: no dictionary, or no whole number of peers.
 */
export function decodePeerExchange(payload: Uint8Array): PeerExchangeMessage {
  const values = decodeBencode(payload, LIMITS)
  if (!(values instanceof Map)) throw invalid('it has to be a dictionary')
  const added = [...readAdded(values, ''), ...readAdded(values, '6')]
  const dropped = [...readEntries(values, 'dropped', ''), ...readEntries(values, 'dropped6', '6')]
  return {
    added: added.slice(0, PEX_MOST),
    dropped: dropped.flatMap((address) => address ?? []).slice(0, PEX_MOST),
  }
}

function readAdded(values: BencodeDict, version: '' | '6'): PexPeer[] {
  const flags = values.get(`added${version}.f`)
  return readEntries(values, `added${version}`, version).flatMap((address, at) => {
    const byte = flags instanceof Uint8Array ? (flags[at] ?? 0) : 0
    if (address === null) return []
    return [
      {
        address,
        encryption: (byte & FLAGS.encryption) !== 0,
        seed: (byte & FLAGS.seed) !== 0,
        reachable: (byte & FLAGS.reachable) !== 0,
      },
    ]
  })
}

/** The first ones; null where there is no port, so that the flags stay beside their peer. */
function readEntries(values: BencodeDict, name: string, version: '' | '6'): (PeerAddress | null)[] {
  const bytes = values.get(name)
  if (bytes === undefined) return []
  const length = ENTRY_LENGTH[version]
  if (!(bytes instanceof Uint8Array) || bytes.length % length !== 0) throw invalid(`${name} is no list of addresses`)
  const count = Math.min(PEX_MOST, bytes.length / length)
  const decode = version === '' ? decodeCompactPeers : decodeCompactPeers6
  return Array.from({ length: count }, (_, at) => decode(bytes.subarray(at * length, (at + 1) * length))[0] ?? null)
}

const flagsByte = ({ encryption, seed, reachable }: PexFlags): number =>
  (encryption ? FLAGS.encryption : 0) | (seed ? FLAGS.seed : 0) | (reachable ? FLAGS.reachable : 0)

const invalid = (what: string): ProtocolError => new ProtocolError('invalid-pex', `peer exchange: ${what}`)
