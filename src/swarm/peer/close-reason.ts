/**
 * Why a session ended. The same word stands in the log, in the API and, later, as a label; a protocol error brings its
 * own code (`frame-too-large`, `invalid-have`, …), which is why any other text is allowed too.
 */
export type CloseReason =
  | 'remote-closed'
  | 'socket-error'
  | 'self-connection'
  | 'duplicate-connection'
  | 'too-many-peers'
  | 'banned'
  | 'both-seeders'
  | 'idle-timeout'
  | 'swarm-stopped'
  | 'invalid-bitfield'
  | 'invalid-have'
  | 'invalid-request'
  | 'invalid-extended'
  | 'extension-too-large'
  | 'pex-flood'
  | 'metadata-flood'
  | 'metadata-poisoning'
  | 'metadata-timeout'
  | 'no-metadata'
  | 'unexpected-message'
  | 'request-flood'
  | 'unwanted-blocks'
  | 'piece-poisoning'
  | (string & {})
