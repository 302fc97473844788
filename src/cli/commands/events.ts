import { clientCommand, type ClientCommand, runClient } from '../client/client-command.ts'
import type { ClientOptions } from '../client/client-config.ts'
import { type EventMessage, eventLine } from '../client/event-line.ts'
import { listenToEvents } from '../client/event-stream.ts'

/** Tells what happens, as it happens. */
export const events: ClientCommand = (program, start) => {
  clientCommand(program, 'events', 'Tell what happens in the service, a line each, until Ctrl-C.')
    .option('--topics <list>', 'what to hear of, with commas: swarms, stats, peers, choker, network')
    .addHelpText(
      'after',
      '\nWith --json every message as it comes (openapi/asyncapi.json describes them), a line each.',
    )
    .action((options: ClientOptions & { readonly topics?: string }) =>
      start((system) =>
        runClient(options, system, ({ api, print }) =>
          listenToEvents(api.address, options.topics ?? 'swarms,peers,choker,network', (message) => {
            if (print.json) return print.jsonLine(message)
            const line = eventLine(message as EventMessage)
            if (line !== null) print.line(line)
          }),
        ),
      ),
    )
}
