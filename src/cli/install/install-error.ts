/** Why the service can't be installed, and what to do about it. */
export class InstallError extends Error {
  override readonly name = 'InstallError'
  readonly exitCode: number

  constructor(exitCode: number, message: string) {
    super(message)
    this.exitCode = exitCode
  }
}
