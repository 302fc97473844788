/**
 * service: composition. Puts the engines of `swarm/` and `network/` on the adapters of `io/`, starts and stops them in
 * order, and keeps the swarms of this machine.
 *
 * Invariant: what is verified is never fetched twice and never lost; one swarm's trouble stays its own.
 * May import: protocol, swarm, network, io.
 */
export { startService, type RunningService } from './start-service.ts'
export type { ServiceConfig } from './service-config.ts'
export type { ChokerChoice, LiveSettings } from './live-settings.ts'
export * from './face.ts'
export * from './network-face.ts'
export * from './names-face.ts'
export { ACCESS_SCOPES, AccessTokens, type AccessScope, type AccessTokenView } from './access-tokens.ts'
export { VERSION } from './version.ts'
export { Durations, type DurationsView } from '../swarm/index.ts'
export { RootLockedError } from '../io/index.ts'
export {
  canonicalIp,
  infoHashFromHex,
  ipBytes,
  ipText,
  isLoopbackIp,
  SWARM_STATES,
  SWARM_STATUSES,
  type InfoHash,
  MANIFEST_LIMITS,
  type PeerAddress,
} from '../protocol/index.ts'
