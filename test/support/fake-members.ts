import type { MemberView, NetworkView, SwarmView } from '../../src/service/index.ts'

export const fakeNetwork: NetworkView = {
  memberId: '6d223864-6a3b-4f2e-9a55-0b1e8f2d7c11',
  name: 'lab-1',
  version: '0.1.0',
  startedAt: '2026-01-01T00:00:00.000Z',
  addresses: ['10.0.0.1'],
  peerPort: 5000,
  apiPort: 5080,
  trackers: ['http://10.0.0.1:5000/announce', 'udp://10.0.0.1:5000'],
  members: { alive: 2, suspect: 0, gone: 1 },
  linked: 1,
}

export function fakeMember(number: number, changes: Partial<MemberView> = {}): MemberView {
  return {
    memberId: `6d223864-6a3b-4f2e-9a55-0b1e8f2d7${(0xc00 + number).toString(16)}`,
    name: `<b>lab-${number}</b>`,
    state: 'alive',
    stateReason: 'heard of, and nobody misses it',
    hasLeft: false,
    isSelf: false,
    isLinked: true,
    addresses: [`10.0.0.${number}`],
    peerPort: 5000,
    apiPort: 5080,
    version: 'swarmd 0.1.0',
    lastHeardAt: '2026-01-01T00:00:01.000Z',
    stateSince: '2026-01-01T00:00:00.000Z',
    swarms: [
      {
        infoHash: `${number}`.padStart(40, '0') as SwarmView['infoHash'],
        name: null,
        status: 'peer',
        state: 'stalled',
        progress: 0.5,
        downloadRate: 0,
        uploadRate: 1000,
        etaSeconds: null,
        isStuck: true,
      },
    ],
    swarmsOmitted: 0,
    ...changes,
  }
}
