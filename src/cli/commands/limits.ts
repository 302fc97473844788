import type { components } from '../../../openapi/client.d.ts'
import { clientCommand, type ClientCommand, runClient } from '../client/client-command.ts'
import type { ClientOptions } from '../client/client-config.ts'
import { exitCodes } from '../exit-codes.ts'
import { limitChanges, limitText, rateOf, type RateWord } from '../rate-word.ts'

type Limits = components['schemas']['Limits']

interface LimitsOptions extends ClientOptions {
  readonly down?: RateWord
  readonly up?: RateWord
}

const lines = ({ downloadLimit, uploadLimit }: Limits): string[] => [
  `down ${limitText(downloadLimit)}`,
  `up   ${limitText(uploadLimit)}`,
]

/** Of all swarms together; `set` has those of one. */
export const limits: ClientCommand = (program, start) => {
  clientCommand(program, 'limits', 'Show the limits of all swarms together, or set them.')
    .option('--down <rate>', 'most that may come in a second: 10MB, 500k, none', rateOf)
    .option('--up <rate>', 'most that may go out a second', rateOf)
    .action(({ down, up, ...options }: LimitsOptions) =>
      start((system) =>
        runClient(options, system, async ({ api, print }) => {
          const body = limitChanges({ down, up })
          const isChange = Object.keys(body).length > 0
          const now = await api.ask((client) => (isChange ? client.PATCH('/limits', { body }) : client.GET('/limits')))
          print.answer(now, lines)
          return exitCodes.ok
        }),
      ),
    )
}
