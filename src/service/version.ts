/** What this program calls itself. */
import manifest from '../../package.json' with { type: 'json' }

export const VERSION = manifest.version

/** In extension handshakes (BEP 10 `v`) and as user agent. */
export const CLIENT = `swarmd ${VERSION}`

/** With which the peer ids of all our versions begin. */
export const OWN_KIND = '-SW'

/** The first bytes of our peer ids, Azureus style (BEP 20): `-SW0100-` for 0.1.0. */
export const PEER_ID_PREFIX = `-SW${VERSION.split('.')
  .map((part) => Number.parseInt(part, 10).toString(36).slice(-1).toUpperCase())
  .join('')}0-`
