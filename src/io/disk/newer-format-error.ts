/**
 * A whole, undamaged file that a later swarmd wrote. It is left as it is, so that going back to that version loses
 * nothing; what it belongs to can't be used by this one.
 */
export class NewerFormatError extends Error {
  override readonly name = 'NewerFormatError'
  readonly path: string
  readonly version: number

  constructor(path: string, version: number) {
    super(`${path} has format version ${version}, which a later swarmd wrote; use that one, or remove the file`)
    this.path = path
    this.version = version
  }
}
