/** A WebM film of frames that were encoded already, with an index at its beginning, so that players can leap. */

export interface MovieFrame {
  /** Of the whole film. */
  readonly milliseconds: number
  readonly isKey: boolean
  /** VP8. */
  readonly bytes: Buffer
}

interface Movie {
  readonly width: number
  readonly height: number
  readonly milliseconds: number
  readonly frameMilliseconds: number
  /** Each begins with a key frame; one after the other. */
  readonly clusters: readonly (readonly MovieFrame[])[]
}

export function webmMovie({ width, height, milliseconds, frameMilliseconds, clusters }: Movie): Buffer {
  const header = element(
    0x1a45dfa3,
    whole(0x4286, 1),
    whole(0x42f7, 1),
    whole(0x42f2, 4),
    whole(0x42f3, 8),
    element(0x4282, Buffer.from('webm')),
    whole(0x4287, 4),
    whole(0x4285, 2),
  )
  const duration = Buffer.alloc(8)
  duration.writeDoubleBE(milliseconds)
  const name = Buffer.from('test')
  const info = element(
    0x1549a966,
    whole(0x2ad7b1, 1_000_000),
    element(0x4489, duration),
    element(0x4d80, name),
    element(0x5741, name),
  )
  const picture = element(0xe0, whole(0xb0, width), whole(0xba, height))
  const track = element(
    0xae,
    whole(0xd7, 1),
    whole(0x73c5, 1),
    whole(0x83, 1),
    // Without it a player reads seconds of film to find it out.
    whole(0x23e383, frameMilliseconds * 1_000_000),
    element(0x86, Buffer.from('V_VP8')),
    picture,
  )
  const tracks = element(0x1654ae6b, track)
  const parts = clusters.map(cluster)
  const starts = clusters.map((frames) => frames[0]?.milliseconds ?? 0)
  // All numbers have the same length: so the index has, whatever it says.
  const index = (at: number): Buffer => {
    let position = at
    const points = parts.map((part, number) => {
      const place = element(0xb7, whole(0xf7, 1), whole(0xf1, position))
      position += part.length
      return element(0xbb, whole(0xb3, starts[number] ?? 0), place)
    })
    return element(0x1c53bb6b, ...points)
  }
  const cues = index(info.length + tracks.length + index(0).length)
  return Buffer.concat([header, element(0x18538067, info, tracks, cues, ...parts)])
}

function cluster(frames: readonly MovieFrame[]): Buffer {
  const start = frames[0]?.milliseconds ?? 0
  const blocks = frames.map(({ milliseconds, isKey, bytes }) => {
    const head = Buffer.alloc(4)
    head.writeUInt8(0x81, 0)
    head.writeInt16BE(milliseconds - start, 1)
    head.writeUInt8(isKey ? 0x80 : 0, 3)
    return element(0xa3, head, bytes)
  })
  return element(0x1f43b675, whole(0xe7, start), ...blocks)
}

/** An element of EBML (RFC 8794): id, length in 8 bytes, content. */
function element(id: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content)
  const hex = id.toString(16)
  const length = Buffer.alloc(8)
  length.writeBigUInt64BE(BigInt(body.length) | (1n << 56n))
  return Buffer.concat([Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex'), length, body])
}

function whole(id: number, value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(value))
  return element(id, bytes)
}
