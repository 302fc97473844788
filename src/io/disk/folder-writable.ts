import { access, constants } from 'node:fs/promises'

/** Whether files can be made in the folder now, as far as its rights tell. */
export async function folderWritable(path: string): Promise<boolean> {
  return access(path, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  )
}
