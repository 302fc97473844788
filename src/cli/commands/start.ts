import type { ClientCommand } from '../client/client-command.ts'
import { stateCommand } from '../client/state-command.ts'

export const start: ClientCommand = stateCommand('start', 'Start swarms that were stopped.', 'started')
