/** HTTP as a client: announces to trackers, questions to peers. */
export * from './ask-peer.ts'
export { addressScope } from './address-scope.ts'
export type { AddressScope } from './address-scope.ts'
export * from './tracker-client.ts'
export { TrackerClientError } from './tracker-client-error.ts'
export type { TrackerClientErrorCode } from './tracker-client-error.ts'
