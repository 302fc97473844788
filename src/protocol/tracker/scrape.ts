import { infoHashBytes } from '../ids.ts'
import type { InfoHash } from '../ids.ts'
import { ProtocolError } from '../protocol-error.ts'
import { QueryWalk } from './query-walk.ts'
import type { ScrapeCounts } from './udp-reply.ts'

/**
 * How many there are in a swarm (BEP 48), over HTTP:
 *
 * ```
 *  GET /scrape?info_hash=%AB%CD…&info_hash=%01%23…
 *  d 5:files d 20:… d 8:complete i5e 10:downloaded i50e 10:incomplete i10e e … e e
 * ```
 *
 * A request names the swarms it asks about: one that names none, and so asks about all, is refused.
 *
 * @throws ProtocolError `invalid-scrape`, `invalid-announce`, `invalid-percent-encoding`: fit to be the failure reason.
 */
export function parseScrapeQuery(rawQuery: string): InfoHash[] {
  const walk = new QueryWalk(rawQuery)
  const infoHashes = new Set<InfoHash>()
  while (walk.next()) if (walk.name === 'info_hash') infoHashes.add(walk.twentyBytes() as InfoHash)
  if (infoHashes.size === 0) throw new ProtocolError('invalid-scrape', 'a scrape has to name an info_hash')
  return [...infoHashes]
}

/** The body of the answer; a swarm that nobody is in has zeros. */
export function encodeScrapeReply(swarms: ReadonlyMap<InfoHash, ScrapeCounts>): Buffer {
  const parts: Buffer[] = [Buffer.from('d5:filesd', 'latin1')]
  // In the order of their bytes, which is that of their hex digits.
  for (const [infoHash, { complete, downloaded, incomplete }] of [...swarms].sort(byInfoHash)) {
    const counts = `d8:completei${complete}e10:downloadedi${downloaded}e10:incompletei${incomplete}ee`
    parts.push(Buffer.from('20:', 'latin1'), infoHashBytes(infoHash), Buffer.from(counts, 'latin1'))
  }
  parts.push(Buffer.from('ee', 'latin1'))
  return Buffer.concat(parts)
}

function byInfoHash([one]: readonly [InfoHash, unknown], [other]: readonly [InfoHash, unknown]): number {
  return one < other ? -1 : 1
}
