import { InvalidArgumentError } from 'commander'
import { clientCommand, type ClientCommand, runClient } from '../client/client-command.ts'
import type { ClientOptions } from '../client/client-config.ts'
import { type EventMessage, eventLine } from '../client/event-line.ts'
import { listenToEvents } from '../client/event-stream.ts'

const topics = ['swarms', 'stats', 'peers', 'choker', 'network'] as const

function topicsOf(text: string): string {
  const unknown = text.split(',').find((word) => !topics.some((topic) => topic === word))
  if (unknown !== undefined) throw new InvalidArgumentError(`there is no topic ${unknown || 'without a name'}.`)
  return text
}

/** Tells what happens, as it happens. */
export const events: ClientCommand = (program, start) => {
  clientCommand(program, 'events', 'Tell what happens in the service, a line each, until Ctrl-C.')
    .option('--topics <list>', `what to hear of, with commas: ${topics.join(', ')}`, topicsOf)
    .addHelpText(
      'after',
      '\nWith --json every message as it comes (openapi/asyncapi.json describes them), a line each.',
    )
    .action((options: ClientOptions & { readonly topics?: string }) =>
      start((system) =>
        runClient(options, system, ({ api, print }) =>
          listenToEvents(api.address, {
            topics: options.topics ?? 'swarms,peers,choker,network',
            until: system.unread,
            tell(message) {
              if (print.json) return print.jsonLine(message)
              const line = eventLine(message as EventMessage)
              if (line !== null) print.line(line)
            },
          }),
        ),
      ),
    )
}
