import { peerIdFromBytes, type MemberRecord } from '../../src/protocol/index.ts'

/** What a member tells of itself that has a place and nothing else. */
export const bareMember = (addresses: readonly string[], peerPort = 5000): MemberRecord => ({
  addresses,
  peerPort,
  peerId: peerIdFromBytes(Buffer.alloc(20, 1)),
  apiPort: 0,
  name: '',
  version: '',
  swarms: [],
  swarmsOmitted: 0,
})
