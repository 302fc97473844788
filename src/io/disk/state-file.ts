import { dirname, resolve } from 'node:path'
import { crc32 } from 'node:zlib'
import { KeyedTurns } from '../keyed-turns.ts'
import { type DiskCalls, systemCalls } from './disk-calls.ts'
import { NewerFormatError } from './newer-format-error.ts'
import { readWhole, removeFile, replaceFile, syncFolder } from './replace-file.ts'

const VERSION = 1
const LINE_FEED = 0x0a

/**
 * `value` is what was last written, or with `fromPrevious` what was written before that, because the last one is
 * damaged or was never finished. Its shape is for the caller to check.
 */
export type StateReading =
  | { readonly value: unknown; readonly fromPrevious: boolean }
  | { readonly missing: true }
  | { readonly damaged: true }

/** Writes and removals of one path go one after the other, in the order of the calls. */
const turns = new KeyedTurns<string>()

/**
 * Replaces a small JSON file, durably and such that a crash leaves the old or the new value:
 *
 * ```
 *  swarmd-state 1 89abcdef        version, CRC-32 of version and JSON text
 *  {"any": "JSON"}
 * ```
 *
 * The value it had is kept beside it as `….previous`. @throws StorageError
 */
export function writeStateFile(path: string, value: unknown, calls: DiskCalls = systemCalls): Promise<void> {
  const bytes = encode(value)
  return turns.take(resolve(path), () => replaceFile(calls, path, bytes, { keepAs: previousOf(path) }))
}

/** @throws StorageError; NewerFormatError, and then the file must be left as it is */
export async function readStateFile(path: string, calls: DiskCalls = systemCalls): Promise<StateReading> {
  const current = await readWhole(calls, path)
  const state = current === null ? null : decode(path, current)
  if (state !== null) return { value: state.value, fromPrevious: false }
  const previous = await readWhole(calls, previousOf(path))
  const before = previous === null ? null : decode(previousOf(path), previous)
  if (before !== null) return { value: before.value, fromPrevious: true }
  return current === null && previous === null ? { missing: true } : { damaged: true }
}

/** Removes the file and the one before it, such that a crash can't bring the older value back. @throws StorageError */
export function removeStateFile(path: string, calls: DiskCalls = systemCalls): Promise<void> {
  return turns.take(resolve(path), async () => {
    await removeFile(calls, previousOf(path))
    await syncFolder(calls, dirname(path))
    await removeFile(calls, path)
    await syncFolder(calls, dirname(path))
  })
}

const previousOf = (path: string): string => `${path}.previous`

function encode(value: unknown): Buffer {
  const text: string | undefined = JSON.stringify(value)
  if (text === undefined) throw new TypeError('this value has no JSON form')
  const body = Buffer.from(`${text}\n`)
  const crc = checksum(VERSION, body).toString(16).padStart(8, '0')
  return Buffer.concat([Buffer.from(`swarmd-state ${VERSION} ${crc}\n`), body])
}

/** Null when damaged. @throws NewerFormatError */
function decode(path: string, bytes: Buffer): { readonly value: unknown } | null {
  const lineEnd = bytes.indexOf(LINE_FEED)
  const line = /^swarmd-state ([1-9]\d{0,8}) ([0-9a-f]{8})$/.exec(bytes.toString('latin1', 0, Math.max(0, lineEnd)))
  if (line === null) return null
  const version = Number(line[1])
  const body = bytes.subarray(lineEnd + 1)
  if (checksum(version, body) !== Number.parseInt(line[2] ?? '', 16)) return null
  if (version > VERSION) throw new NewerFormatError(path, version)
  return { value: JSON.parse(body.toString()) as unknown }
}

const checksum = (version: number, body: Buffer): number => crc32(body, crc32(`${version}\n`))
