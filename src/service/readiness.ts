import { folderWritable } from '../io/index.ts'
import type { ReadinessCheck } from './face.ts'
import type { RootFolder } from './root-folder.ts'

/** What has to be right for the service to do its work. */
export async function checkReadiness(
  { state }: RootFolder,
  { running, port }: { readonly running: boolean; readonly port: number },
): Promise<ReadinessCheck[]> {
  const writable = await folderWritable(state)
  return [
    { name: 'service', ok: running, detail: running ? `peers come to port ${port}` : 'the service stops' },
    { name: 'state', ok: writable, detail: writable ? `${state} can be written` : `${state} can not be written` },
  ]
}
