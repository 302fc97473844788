import type { ClientCommand } from '../client/client-command.ts'
import { stateCommand } from '../client/state-command.ts'

export const stop: ClientCommand = stateCommand('stop', 'Stop swarms; what they have is kept.', 'stopped')
