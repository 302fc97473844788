/** `swarmd install-service` and `swarmd uninstall-service`: this program as a service of systemd. */
import type { Command } from 'commander'
import type { InstallFlags, InstallSystem } from './install-service.ts'

const installExamples = `
Examples:
  swarmd install-service                    says what it would do
  sudo swarmd install-service --apply       does it: swarmd.service runs, and starts with the machine
  sudo swarmd install-service a b --apply   two peers on this machine: swarmd@a and swarmd@b`

/** @param onCommand is given what was asked for */
export function addServiceCommands(
  program: Command,
  onCommand: (run: () => Promise<number>) => void,
  system: InstallSystem,
): void {
  program
    .command('install-service [names...]')
    .description('Make this program a service of systemd. Without --apply it only says what it would do, and why.')
    .option('--apply', 'do it; needs root')
    .addHelpText('after', installExamples)
    .action((names: string[], flags: InstallFlags) =>
      onCommand(async () => (await import('./install-service.ts')).install(names, flags, system)),
    )
  program
    .command('uninstall-service [names...]')
    .description('The reverse; settings and files stay. Without --apply it only says what it would do.')
    .option('--apply', 'do it; needs root')
    .action((names: string[], flags: InstallFlags) =>
      onCommand(async () => (await import('./install-service.ts')).uninstall(names, flags, system)),
    )
}
