import { Type } from 'typebox'
import type { FileView } from '../../service/index.ts'
import { pageOf, PageQuery, takePage } from '../page.ts'
import { problemResponses } from '../problem.ts'
import { byteCount, component, count, fraction, infoHashOf, oneOf, SwarmParams } from '../schema.ts'
import type { Resource } from './resource.ts'

export const FilePriority = oneOf(['off', 'low', 'normal', 'high'], {
  description: 'How much the file is wanted: its pieces come before those of lower ones; off: they do not come at all.',
  examples: ['normal'],
})

const FileSchema = component<FileView>()(
  'File',
  Type.Object(
    {
      index: count('Number of the file in the torrent.', 0),
      path: Type.String({
        description: 'Path below shareable/, with slashes. Show it as text, never as HTML.',
        examples: ['lab-image/disk.img'],
      }),
      length: byteCount('Length of the file.', 42949672960),
      offset: byteCount('Where it begins in the torrent.', 0),
      priority: FilePriority,
      progress: fraction('Part of its bytes that is here and verified, 0 to 1.', 0.5),
    },
    { description: 'A file of a torrent.' },
  ),
)

/** As a text that orders like the number: indices have fewer digits than this. */
const fileKey = (file: FileView): string => String(file.index).padStart(10, '0')

export const files: Resource = (app, { service }, done) => {
  app.addSchema(FileSchema.schema)
  app.get(
    '/swarms/:infoHash/files',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'listFiles',
        summary: 'List the files',
        description:
          'In the order they have in the torrent. While the state is fetching-metadata nothing is known of them: there are none.',
        tags: ['swarms'],
        params: SwarmParams,
        querystring: PageQuery,
        response: {
          200: pageOf(FileSchema.ref(), 'A page of files.'),
          ...problemResponses('invalid-request', 'swarm-not-found'),
        },
      },
    },
    ({ params, query }) => takePage(service.files(infoHashOf(params)), fileKey, query),
  )
  done()
}
