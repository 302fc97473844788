import * as fc from 'fast-check'
import { ProtocolError } from '../../src/protocol/protocol-error.ts'

/** Whatever bytes `read` is given, also good ones of which up to four were replaced: it returns, or throws a ProtocolError. */
export function readsAnyBytes(read: (bytes: Buffer) => void, good: Buffer, seed: number): void {
  const change = fc.tuple(fc.nat({ max: good.length - 1 }), fc.nat({ max: 255 }))
  const spoiled = fc.array(change, { maxLength: 4 }).map((changes) => {
    const bytes = Buffer.from(good)
    for (const [at, byte] of changes) bytes[at] = byte
    return bytes
  })
  const any = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes))
  const survives = (bytes: Buffer): void => {
    try {
      read(bytes)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
    }
  }
  fc.assert(fc.property(any, survives), { numRuns: 2000, seed })
  fc.assert(fc.property(spoiled, survives), { numRuns: 3000, seed })
}
