/** Another party's bytes broke a rule. Never our own fault, never "more bytes needed". */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
  /** Kebab-case and stable: the same word is in the log, in the close reason and in the API's answer. */
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}
