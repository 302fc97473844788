import { Option } from 'commander'
import { clientCommand, type ClientCommand, runClient } from '../client/client-command.ts'
import type { ClientOptions } from '../client/client-config.ts'
import { examineMachine } from '../doctor/examine-machine.ts'
import { examineService } from '../doctor/examine-service.ts'
import type { Finding } from '../doctor/finding.ts'
import { exitCodes } from '../exit-codes.ts'
import { printable } from '../terminal/printable.ts'

/** Finds what keeps a peer from working, and says what to do. */
export const doctor: ClientCommand = (program, start) => {
  clientCommand(program, 'doctor', 'Look for what keeps the service or this machine from working well.')
    .addOption(new Option('--root <dir>', 'root of the service').env('SWARMD_ROOT').default('.'))
    .action((options: ClientOptions & { readonly root: string }) =>
      start((system) =>
        runClient(options, system, async ({ api, print }) => {
          const findings = [...(await examineMachine(options.root)), ...(await examineService(api))]
          print.answer(findings, (all) => all.map(line))
          return findings.some(({ grade }) => grade === 'bad') ? exitCodes.failed : exitCodes.ok
        }),
      ),
    )
}

const line = ({ grade, what, detail, action }: Finding): string =>
  printable(`${grade.padEnd(4)}  ${what}: ${detail}${action === null ? '' : `; ${action}`}`)
