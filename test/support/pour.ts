import { once } from 'node:events'
import type { ServerResponse } from 'node:http'

/** Writes `part` again and again, as long as somebody reads and at most so many bytes. @returns bytes written */
export async function pour(response: ServerResponse, part: Buffer, most: number): Promise<number> {
  let written = 0
  const closed = once(response, 'close')
  while (!response.destroyed && written < most) {
    written += part.length
    if (!response.write(part)) await Promise.race([once(response, 'drain'), closed])
  }
  response.destroy()
  return written
}
