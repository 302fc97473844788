import { ServiceError } from '../face.ts'
import type { SwarmSettings } from './swarm-settings.ts'

/**
 * Says no to what only a running swarm can do: waiting helps when it is to run, and nothing but starting it when it is not.
 * @throws ServiceError swarm-stopped, not-ready
 */
export function refuseIdle({ settings }: { readonly settings: Pick<SwarmSettings, 'desired'> }): never {
  if (settings.desired === 'stopped')
    throw new ServiceError('swarm-stopped', 'It is stopped. Start it first (PATCH state: started).')
  throw new ServiceError(
    'not-ready',
    'The swarm is not running yet. Wait until its metadata is here and its files are checked; stateReason says how far that is.',
  )
}
