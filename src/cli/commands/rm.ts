import { actOnSwarms } from '../client/act-on-swarms.ts'
import { clientCommand, type ClientCommand, runClient } from '../client/client-command.ts'
import type { ClientOptions } from '../client/client-config.ts'

export const rm: ClientCommand = (program, start) => {
  clientCommand(program, 'rm <swarm...>', 'Leave swarms and forget them. Complete files stay.')
    .option('--data', 'delete complete files in shareable/ too')
    .action((words: string[], options: ClientOptions & { readonly data?: boolean }) =>
      start((system) => {
        const data = options.data === true ? 'delete' : 'keep'
        const rest = data === 'delete' ? ', and its files deleted' : ''
        return runClient(options, system, (run) =>
          actOnSwarms(
            run,
            words,
            { action: 'remove', data },
            {
              people: ({ before }) => `${before.name}: forgotten${rest}`,
              json: ({ before: { infoHash } }) => ({ infoHash, data }),
            },
          ),
        )
      }),
    )
}
