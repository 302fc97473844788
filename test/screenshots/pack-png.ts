/** Pictures of a page in fewer bytes: it has few colours, and a browser writes each pixel's in full. */
import { crc32, deflateSync, inflateSync } from 'node:zlib'

const SIGNATURE_BYTES = 8
/** Length, type and checksum of a chunk. */
const CHUNK_BYTES = 12
const MOST_COLOURS = 256
/** Colours as they are; all others are edges of letters, where a shade less is not to be seen. */
const EXACT_COLOURS = 96
/** Shades are rounded to multiples of these, until few enough are left. */
const STEPS = [1, 4, 8, 12, 16, 24, 32]

/** @param png 8 bits a channel, RGB or RGBA, not interlaced, as Chromium writes it @returns the same with a palette */
export function packPng(png: Buffer): Buffer {
  const { width, height, channels, rows } = readPixels(png)
  const counts = new Map<number, number>()
  const pixels = new Uint32Array(width * height)
  for (let at = 0; at < pixels.length; at++) {
    const colour = rows.readUIntBE(at * channels, 3)
    pixels[at] = colour
    counts.set(colour, (counts.get(colour) ?? 0) + 1)
  }
  const exact = new Set(
    [...counts]
      .toSorted((a, b) => b[1] - a[1])
      .slice(0, EXACT_COLOURS)
      .map(([colour]) => colour),
  )
  for (const step of STEPS) {
    const round = (colour: number): number => (exact.has(colour) ? colour : rounded(colour, step))
    const palette = [...new Set(Array.from(counts.keys(), round))]
    if (palette.length > MOST_COLOURS) continue
    const indices = new Map(palette.map((colour, index) => [colour, index]))
    const lines = Buffer.alloc((width + 1) * height)
    pixels.forEach((colour, at) => {
      // Each line begins with its filter: none.
      lines[at + Math.floor(at / width) + 1] = indices.get(round(colour)) ?? 0
    })
    const table = Buffer.alloc(palette.length * 3)
    for (const [index, colour] of palette.entries()) table.writeUIntBE(colour, index * 3, 3)
    const header = Buffer.alloc(13)
    header.writeUInt32BE(width, 0)
    header.writeUInt32BE(height, 4)
    header.set([8, 3], 8)
    const parts = [chunk('IHDR', header), chunk('PLTE', table), chunk('IDAT', deflateSync(lines, { level: 9 }))]
    return Buffer.concat([png.subarray(0, SIGNATURE_BYTES), ...parts, chunk('IEND', Buffer.alloc(0))])
  }
  return png
}

function rounded(colour: number, step: number): number {
  const shade = (bits: number): number => Math.min(255, Math.round(((colour >> bits) & 255) / step) * step)
  return (shade(16) << 16) | (shade(8) << 8) | shade(0)
}

/** All pixels, line by line, the filters undone (PNG 9). */
function readPixels(png: Buffer): { width: number; height: number; channels: number; rows: Buffer } {
  const data: Buffer[] = []
  for (let at = SIGNATURE_BYTES; at < png.length; ) {
    const length = png.readUInt32BE(at)
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') data.push(png.subarray(at + 8, at + 8 + length))
    at += CHUNK_BYTES + length
  }
  const [width, height, type] = [png.readUInt32BE(16), png.readUInt32BE(20), png.readUInt8(25)]
  if (png.readUInt8(24) !== 8 || (type !== 2 && type !== 6)) throw new Error('a PNG of another kind')
  const channels = type === 6 ? 4 : 3
  const bytes = inflateSync(Buffer.concat(data))
  const line = width * channels
  const rows = Buffer.alloc(line * height)
  for (let y = 0; y < height; y++) {
    const filter = bytes[y * (line + 1)] ?? 0
    for (let x = 0; x < line; x++) {
      const at = y * line + x
      const left = x < channels ? 0 : (rows[at - channels] ?? 0)
      const up = y === 0 ? 0 : (rows[at - line] ?? 0)
      const corner = x < channels || y === 0 ? 0 : (rows[at - line - channels] ?? 0)
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0
      rows[at] = (bytes[y * (line + 1) + 1 + x] ?? 0) + guess
    }
  }
  return { width, height, channels, rows }
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner
  const [toLeft, toUp, toCorner] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)]
  if (toLeft <= toUp && toLeft <= toCorner) return left
  return toUp <= toCorner ? up : corner
}

function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content])
  const ends = Buffer.alloc(8)
  ends.writeUInt32BE(content.length, 0)
  ends.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)])
}
