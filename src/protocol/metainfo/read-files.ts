/** The file list of an info dictionary. */

import type { BencodeTape, BencodeToken } from '../bencode/index.ts'
import { ProtocolError } from '../protocol-error.ts'
import { METAINFO_LIMITS, type MetainfoFile } from './metainfo.ts'
import { findPathConflict } from './path-conflict.ts'
import { sanitisePathElement } from './sanitise-path-element.ts'

/**
 * The files of an info dictionary, single-file (`length`) or multi-file (`files`), with their offsets (BEP 3, BEP 47).
 *
 * @throws ProtocolError
 */
export function readFiles(tape: BencodeTape, info: BencodeToken, name: string): MetainfoFile[] {
  const list = tape.find(info, 'files')
  if (list === undefined) {
    return [{ path: [name], length: fileLength(tape, tape.find(info, 'length')), offset: 0, padding: false }]
  }
  if (tape.find(info, 'length') !== undefined) {
    // Clients differ in which of the two they believe, so that one info hash would mean two contents.
    throw new ProtocolError('metainfo-length-and-files', 'the info dictionary has a length and a file list')
  }
  if (tape.kind(list) !== 'list') throw new ProtocolError('metainfo-invalid-files', 'the files are not a list')
  const files = readList(tape, list)
  checkPaths(files)
  return files
}

function readList(tape: BencodeTape, list: BencodeToken): MetainfoFile[] {
  const files: MetainfoFile[] = []
  let offset = 0
  let elements = 0
  for (const item of tape.items(list)) {
    if (files.length >= METAINFO_LIMITS.files) {
      throw new ProtocolError('metainfo-too-many-files', `more than ${METAINFO_LIMITS.files} files`)
    }
    if (tape.kind(item) !== 'dictionary') {
      throw new ProtocolError('metainfo-invalid-files', `file ${files.length} is not a dictionary`)
    }
    const file = readFile(tape, item, offset)
    files.push(file)
    offset += file.length
    elements += file.path.length
    if (elements > METAINFO_LIMITS.pathElements) {
      throw new ProtocolError('metainfo-too-many-files', `paths of more than ${METAINFO_LIMITS.pathElements} elements`)
    }
    if (!Number.isSafeInteger(offset)) throw new ProtocolError('metainfo-invalid-length', 'lengths add up past 2^53')
  }
  if (files.every((file) => file.padding)) throw new ProtocolError('metainfo-no-files', 'the file list has no files')
  return files
}

function readFile(tape: BencodeTape, file: BencodeToken, offset: number): MetainfoFile {
  const attributes = tape.field(file, 'attr', 'string')
  const attr = attributes === undefined ? '' : tape.latin1(attributes)
  const padding = attr.includes('p')
  const lengthToken = tape.find(file, 'length')
  // A link (attr l) needs no length. It is kept as the empty file it looks like: links made by strangers lead anywhere.
  const length = lengthToken === undefined && attr.includes('l') ? 0 : fileLength(tape, lengthToken)
  return { path: readPath(tape, file, padding ? length : null), length, offset, padding }
}

function fileLength(tape: BencodeTape, token: BencodeToken | undefined): number {
  const length = token !== undefined && tape.kind(token) === 'integer' ? tape.integer(token) : undefined
  if (typeof length === 'number' && length >= 0) return length
  throw new ProtocolError('metainfo-invalid-length', `a file length is ${length ?? 'missing or not an integer'}`)
}

/** `paddingLength` is null for what is no padding: only padding may go without a path. */
function readPath(tape: BencodeTape, file: BencodeToken, paddingLength: number | null): string[] {
  const list = tape.field(file, 'path.utf-8', 'list') ?? tape.find(file, 'path')
  if (list === undefined && paddingLength !== null) return ['.pad', String(paddingLength)]
  if (list === undefined || tape.kind(list) !== 'list') {
    throw new ProtocolError('metainfo-missing-path', 'a file has no path')
  }
  const path: string[] = []
  for (const element of tape.items(list)) {
    if (tape.kind(element) !== 'string') {
      throw new ProtocolError('metainfo-invalid-path', 'a path element is not a string')
    }
    const bytes = tape.string(element)
    // Two separators in a row are one separator.
    if (bytes.length === 0) continue
    path.push(sanitisePathElement(bytes))
    if (path.length > METAINFO_LIMITS.pathDepth) {
      throw new ProtocolError('metainfo-path-too-deep', `a path of more than ${METAINFO_LIMITS.pathDepth} elements`)
    }
  }
  if (path.length === 0) throw new ProtocolError('metainfo-invalid-path', 'a path without any name in it')
  return path
}

/** Padding is not put on disk, and may repeat itself. */
function checkPaths(files: readonly MetainfoFile[]): void {
  const conflict = findPathConflict(files.filter((file) => !file.padding).map((file) => file.path))
  if (conflict === null) return
  throw new ProtocolError(
    'metainfo-duplicate-path',
    `two files, or a file and a directory, at ${JSON.stringify(conflict)}`,
  )
}
