import { Argument } from 'commander'
import type { ClientCommand } from '../client/client-command.ts'
import { exitCodes } from '../exit-codes.ts'
import { completionScript, shells } from '../completion-script.ts'

type Shell = (typeof shells)[number]

export const completions: ClientCommand = (program, start) => {
  program
    .command('completions')
    .description('Print a script that completes this command in a shell.')
    .addArgument(new Argument('<shell>', 'the shell').choices(shells))
    .addHelpText('after', '\nFor bash:  eval "$(swarmd completions bash)"')
    .action((shell: Shell) =>
      start(async (system) => {
        system.out(completionScript(shell, program))
        return exitCodes.ok
      }),
    )
}
