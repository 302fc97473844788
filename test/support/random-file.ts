import { createCipheriv, createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'

const STEP = 1024 * 1024

/** Writes `length` bytes that look random but are the same for the same `seed`: an AES-CTR key stream. */
export async function writeRandomFile(path: string, length: number, seed: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const key = createHash('sha256').update(seed).digest()
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16))
  const zeros = Buffer.alloc(STEP)
  const file = await open(path, 'w')
  try {
    for (let left = length; left > 0; left -= STEP) {
      await file.writeFile(cipher.update(left < STEP ? zeros.subarray(0, left) : zeros))
    }
  } finally {
    await file.close()
  }
}

/** SHA-1 of a whole file, in hex. */
export async function sha1OfFile(path: string): Promise<string> {
  const hash = createHash('sha1')
  await pipeline(createReadStream(path, { highWaterMark: STEP }), hash)
  return hash.digest('hex')
}
