import { addressKey } from '../ids.ts'
import { percentEncode } from '../tracker/percent-encoding.ts'
import type { MagnetLink } from './magnet-link.ts'

/** The link that says this (BEP 9), for any client: everything that is no plain letter or digit is escaped. */
export function formatMagnet({ infoHash, name, trackers, peers }: MagnetLink): string {
  const escaped = (text: string): string => percentEncode(Buffer.from(text, 'utf8'))
  return [
    `magnet:?xt=urn:btih:${infoHash}`,
    ...(name === '' ? [] : [`dn=${escaped(name)}`]),
    ...trackers.map((url) => `tr=${escaped(url)}`),
    // Some clients read an address only as it is.
    ...peers.map((peer) => `x.pe=${addressKey(peer)}`),
  ].join('&')
}
