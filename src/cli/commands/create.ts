import { InvalidArgumentError } from 'commander'
import { writeFile } from 'node:fs/promises'
import { ApiClient } from '../client/api-client.ts'
import { ClientError } from '../client/api-errors.ts'
import { clientCommand, type ClientCommand, type ClientRun, runClient } from '../client/client-command.ts'
import type { ClientOptions } from '../client/client-config.ts'
import { exitCodes } from '../exit-codes.ts'

interface CreateOptions extends ClientOptions {
  readonly pieceLength?: PieceLength
  readonly private?: boolean
  readonly comment?: string
  readonly tracker?: readonly string[]
  readonly output?: string
}

/** The service reads the file: it has to lie in its `shareable/`. */
export const create: ClientCommand = (program, start) => {
  clientCommand(program, 'create <name>', 'Make a torrent of a file or folder in shareable/, and seed it.')
    .option(
      '--piece-length <bytes>',
      'a power of two from 16384; left out, such that there are 1000 to 2000',
      pieceLengthOf,
    )
    .option('--private', 'peers come from trackers only (BEP 27)')
    .option('--comment <text>', 'for people')
    .option('--tracker <url...>', 'announce URLs beside that of the service itself')
    .option('-o, --output <file>', 'write the .torrent here too')
    .action((name: string, options: CreateOptions) =>
      start((system) => runClient(options, system, (run) => createTorrent(run, name, options))),
    )
}

async function createTorrent({ api, print }: ClientRun, name: string, options: CreateOptions): Promise<number> {
  const { pieceLength, private: isPrivate, comment, tracker, output } = options
  const body = {
    name,
    private: isPrivate === true,
    ...(pieceLength === undefined ? {} : { pieceLength }),
    ...(comment === undefined ? {} : { comment }),
    ...(tracker === undefined ? {} : { trackers: [...tracker] }),
  }
  // It answers when all is read: of a large image on a slow disk that takes many minutes.
  const patient = new ApiClient(api.address, null)
  const swarm = await patient.ask((client) => client.POST('/torrents', { body }))
  if (output !== undefined) {
    const torrent = await api.ask((client) =>
      client.GET('/swarms/{infoHash}/metainfo', {
        params: { path: { infoHash: swarm.infoHash } },
        parseAs: 'arrayBuffer',
      }),
    )
    await writeFile(output, new Uint8Array(torrent)).catch((error: Error) => {
      throw new ClientError(`can't write ${output}: ${error.message}`)
    })
  }
  print.answer(swarm, () => [`${swarm.infoHash} ${swarm.state}`])
  return exitCodes.ok
}

/** What the API takes: 16 KiB to 16 MiB. */
const pieceLengths = [
  16384, 32768, 65536, 131072, 262144, 524288, 1048576, 2097152, 4194304, 8388608, 16777216,
] as const
type PieceLength = (typeof pieceLengths)[number]

function pieceLengthOf(text: string): PieceLength {
  const found = pieceLengths.find((each) => String(each) === text)
  if (found === undefined) throw new InvalidArgumentError(`give one of ${pieceLengths.join(', ')}.`)
  return found
}
