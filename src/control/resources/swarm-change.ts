import { type Static, Type } from 'typebox'
import type { InfoHash, PeerService, SwarmView } from '../../service/index.ts'
import { oneOf } from '../schema.ts'
import { FilePriority } from './files.ts'
import { limitChanges } from './limits.ts'

/** What can be changed of a swarm. */
export const SwarmChange = Type.Object(
  {
    state: Type.Optional(
      oneOf(['started', 'stopped'], {
        description: 'started: take part in the swarm; stopped: leave it.',
        examples: ['stopped'],
      }),
    ),
    sequential: Type.Optional(
      Type.Boolean({ description: 'Pieces from the first to the last, and not rarest first.', examples: [true] }),
    ),
    ...limitChanges,
    files: Type.Optional(
      Type.Array(
        Type.Object(
          {
            index: Type.Integer({ minimum: 0, description: 'Number of the file in the torrent.', examples: [3] }),
            priority: FilePriority,
          },
          { additionalProperties: false },
        ),
        { maxItems: 1000, description: 'What is to be another; other files stay as they are.' },
      ),
    ),
  },
  { additionalProperties: false, minProperties: 1 },
)

/** @throws ServiceError swarm-not-found, file-not-found, storage */
export async function changeSwarm(
  service: PeerService,
  infoHash: InfoHash,
  { state, ...wishes }: Static<typeof SwarmChange>,
): Promise<SwarmView> {
  if (Object.keys(wishes).length > 0) await service.changeWishes(infoHash, wishes)
  return state === undefined ? service.swarm(infoHash) : service.setDesiredState(infoHash, state)
}
