import type { components } from '../../../openapi/client.d.ts'
import type { ApiClient } from '../client/api-client.ts'
import { clientCommand, type ClientCommand, runClient } from '../client/client-command.ts'
import type { ClientOptions } from '../client/client-config.ts'
import { findSwarm } from '../client/find-swarm.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Column } from '../terminal/table.ts'

type Manifest = components['schemas']['Manifest']

const columns: readonly Column<Manifest['pieces'][number]>[] = [
  { title: 'PIECE', text: ({ name }) => name },
  { title: 'LENGTH', text: ({ length }) => String(length), align: 'right' },
  { title: 'SHA-1', text: ({ sha1 }) => sha1 },
  { title: 'HOLDERS', text: ({ holders }) => (holders.length === 0 ? '-' : holders.join(' ')) },
]

export const manifest: ClientCommand = (program, start) => {
  clientCommand(
    program,
    'manifest <swarm>',
    'List the pieces of a swarm with their hashes, and who has each; what others learn who ask for it by its name.',
  ).action((word: string, options: ClientOptions) =>
    start((system) =>
      runClient(options, system, async ({ api, print }) => {
        const { infoHash } = await findSwarm(api, word)
        print.answer(await wholeManifest(api, infoHash), ({ pieces }) => print.table(pieces, columns))
        return exitCodes.ok
      }),
    ),
  )
}

/** All runs of pieces, one after the other. */
async function wholeManifest(api: ApiClient, infoHash: string): Promise<Manifest> {
  const run = (from: number): Promise<Manifest> =>
    api.ask((client) => client.GET('/swarms/{infoHash}/manifest', { params: { path: { infoHash }, query: { from } } }))
  const first = await run(1)
  const pieces = [...first.pieces]
  for (let next = first.nextPiece; next !== null; ) {
    const more = await run(next)
    pieces.push(...more.pieces)
    next = more.nextPiece
  }
  return { ...first, pieces, nextPiece: null }
}
