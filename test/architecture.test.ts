/**
 * Holds the shape of the source: which room may import which, what pure rooms may not touch, how long a file may be,
 * and that the README shows the tree as it is.
 */
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, test } from 'node:test'

const TOP = path.resolve(import.meta.dirname, '..')
const SRC = path.join(TOP, 'src')
const MAX_LINES = 400

/** Room -> rooms it may import. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  protocol: [],
  swarm: ['protocol'],
  network: ['protocol'],
  io: ['protocol', 'swarm', 'network'],
  service: ['protocol', 'swarm', 'network', 'io'],
  control: ['service'],
  web: [],
  cli: ['service', 'control'],
}
/** Files that may be entered beside a room's index. */
const SIDE_DOORS = new Set(['swarm/ports.ts', 'network/ports.ts'])
/** The API's client, made from its document: the one code outside `src/` that rooms may import, and as types only. */
const CLIENT_TYPES = path.join('..', 'openapi', 'client.d.ts')
const MAY_IMPORT_CLIENT_TYPES = ['cli', 'web']
/** The one data outside `src/` that is imported, and the one file that does. */
const MANIFEST = path.join('..', 'package.json')
const IMPORTS_MANIFEST = 'service/version.ts'
const PURE = ['protocol', 'swarm', 'network']
/** Room -> packages it may import. */
const PACKAGES: Record<string, readonly RegExp[]> = {
  protocol: [/^bencode$/],
  swarm: [],
  network: [],
  io: [/^node:/],
  service: [/^node:(os|path|crypto|http)$/],
  control: [/^node:/, /^prom-client$/, /^fastify$/, /^@fastify\//, /^typebox/, /^ajv-formats$/],
  web: [/^preact(\/hooks)?$/, /^@preact\/signals$/, /^uplot$/, /^openapi-fetch$/],
  cli: [/^node:/, /^commander$/, /^openapi-fetch$/, /^pino$/, /^smol-toml$/],
}
/** Files that run while the repository is built, never in the service, and the development packages they need. */
const BUILD_PACKAGES: Record<string, readonly RegExp[]> = {
  'control/client-types.ts': [/^openapi-typescript$/],
  'web/generate.ts': [/^node:/, /^esbuild$/],
}
/** Those that start a build; only they may import the files above. */
const BUILD_ENTRIES = ['control/generate.ts', 'web/generate.ts']

/** Files that start programs, none of which anybody outside can name: the generators, those of systemd, a Node to run in. */
const START_PROGRAMS = ['cli/generate.ts', 'cli/install/machine.ts', 'cli/supervisor.ts', 'cli/swarmd.js']

/** What `npm run generate` makes of the web room. */
const PAGE_BUNDLE = path.join('control', 'web-page')

interface SourceFile {
  /** From `src/` on. */
  readonly path: string
  readonly room: string
  readonly text: string
  readonly imports: readonly { readonly specifier: string; readonly typeOnly: boolean }[]
}

const files: readonly SourceFile[] = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(ts|js|tsx)$/.test(name) && !name.startsWith(PAGE_BUNDLE))
  .map((name) => {
    const text = readFileSync(path.join(SRC, name), 'utf8')
    return { path: name, room: name.split(path.sep)[0] ?? '', text, imports: importsOf(text) }
  })

function importsOf(text: string): SourceFile['imports'] {
  const statement = /^(?:import|export)\s+(type\s)?(?:[^'"]*?\sfrom\s+)?'([^']+)'/gm
  const dynamic = /\bimport\('([^']+)'\)/g
  return [
    ...Array.from(text.matchAll(statement), (match) => ({
      specifier: match[2] ?? '',
      typeOnly: match[1] !== undefined,
    })),
    ...Array.from(text.matchAll(dynamic), (match) => ({ specifier: match[1] ?? '', typeOnly: false })),
  ]
}

/** What an import names, from `src/` on; null for packages. */
function target(file: SourceFile, specifier: string): string | null {
  if (!specifier.startsWith('.')) return null
  return path.relative(SRC, path.resolve(SRC, path.dirname(file.path), specifier))
}

/** Comments may speak of what code may not use. */
const code = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '')

describe('the architecture', () => {
  test('the rooms are those of the plan', () => {
    const rooms = [...new Set(files.map((file) => file.room))].sort()
    assert.deepEqual(rooms, Object.keys(MAY_IMPORT).sort())
    for (const room of rooms.filter((name) => name !== 'cli')) {
      const index = files.find((file) => file.path === path.join(room, 'index.ts'))
      assert.ok(index, `${room}/ has no index.ts`)
      assert.match(
        index.text,
        /^\/\*\*[\s\S]*Invariant:[\s\S]*May import/i,
        `${room}/index.ts does not say what the room is`,
      )
    }
  })

  test('a room imports only what it may, and only through the door', () => {
    const wrong: string[] = []
    for (const file of files) {
      for (const { specifier } of file.imports) {
        const to = target(file, specifier)
        if (to === null || !to.includes(path.sep)) continue
        const room = to.split(path.sep)[0] ?? ''
        if (room === file.room || to.startsWith('..')) continue
        if (!MAY_IMPORT[file.room]?.includes(room)) wrong.push(`${file.path} imports ${to}`)
        else if (file.room === 'io' && room !== 'protocol') {
          if (!SIDE_DOORS.has(to)) wrong.push(`${file.path} imports ${to}: io knows the ports only`)
        } else if (to !== path.join(room, 'index.ts') && !(file.room === 'io' && room === 'protocol')) {
          wrong.push(`${file.path} imports ${to}: not through index.ts`)
        }
      }
    }
    assert.deepEqual(wrong, [])
  })

  test('a room uses only its own packages', () => {
    const wrong = files.flatMap((file) =>
      file.imports
        .filter(({ specifier }) => !specifier.startsWith('.'))
        .filter(({ specifier }) => {
          const allowed = [...(PACKAGES[file.room] ?? []), ...(BUILD_PACKAGES[file.path] ?? [])]
          return !allowed.some((each) => each.test(specifier))
        })
        .map(({ specifier }) => `${file.path} imports ${specifier}`),
    )
    assert.deepEqual(wrong, [])
  })

  test('what only a build needs is not loaded by the service', () => {
    const wrong = files
      .filter((file) => !BUILD_ENTRIES.includes(file.path))
      .flatMap((file) => file.imports.map(({ specifier }) => ({ from: file.path, to: target(file, specifier) ?? '' })))
      .filter(({ to }) => to in BUILD_PACKAGES || BUILD_ENTRIES.includes(to))
    assert.deepEqual(wrong, [])
  })

  test('programs are started in few places, and never by a shell', () => {
    const starting = files.filter((file) => /\bchild_process\b/.test(code(file.text))).map((file) => file.path)
    assert.deepEqual(starting.toSorted(), START_PROGRAMS)
    const shells = files.filter(
      (file) => START_PROGRAMS.includes(file.path) && /(?<!\.)\bexec(Sync)?\(|\bshell:/.test(file.text),
    )
    assert.deepEqual(
      shells.map((file) => file.path),
      [],
    )
  })

  test('nothing outside src is imported but the types of the generated client, and the version', () => {
    const wrong = files.flatMap((file) =>
      file.imports.flatMap(({ specifier, typeOnly }) => {
        const to = target(file, specifier)
        if (to === null || !to.startsWith('..')) return []
        if (to === CLIENT_TYPES && typeOnly && MAY_IMPORT_CLIENT_TYPES.includes(file.room)) return []
        return to === MANIFEST && file.path === IMPORTS_MANIFEST ? [] : [`${file.path} imports ${specifier}`]
      }),
    )
    assert.deepEqual(wrong, [])
  })

  test('pure rooms have no clock, no chance, no timers and no console', () => {
    const impure =
      /\b(Date\.now|new Date\(|performance\.|Math\.random|setTimeout|setInterval|setImmediate|process\.|console\.)/
    const wrong = files
      .filter((file) => PURE.includes(file.room))
      .flatMap((file) => {
        const found = impure.exec(code(file.text))
        return found ? [`${file.path}: ${found[0]}`] : []
      })
    assert.deepEqual(wrong, [])
  })

  test(`no file is longer than ${MAX_LINES} lines`, () => {
    const long = files.filter((file) => file.text.split('\n').length - 1 > MAX_LINES).map((file) => file.path)
    assert.deepEqual(long, [])
  })

  test('no import goes round in a circle', () => {
    const edges = new Map(
      files.map((file) => [
        file.path,
        file.imports.flatMap(({ specifier, typeOnly }) => (typeOnly ? [] : [target(file, specifier) ?? []].flat())),
      ]),
    )
    const state = new Map<string, 'open' | 'done'>()
    const circles: string[] = []
    const visit = (at: string, trail: readonly string[]): void => {
      if (state.get(at) === 'done') return
      if (state.get(at) === 'open') {
        circles.push([...trail.slice(trail.indexOf(at)), at].join(' -> '))
        return
      }
      state.set(at, 'open')
      for (const next of edges.get(at) ?? []) visit(next, [...trail, at])
      state.set(at, 'done')
    }
    for (const file of edges.keys()) visit(file, [])
    assert.deepEqual(circles, [])
  })

  test('no shelf has a name that says nothing', () => {
    const vague = /(^|[-_/])(utils?|helpers?|common|misc|managers?|base)([-_.]|$)/
    assert.deepEqual(
      files.map((file) => file.path).filter((name) => vague.test(name.split(path.sep).join('/'))),
      [],
    )
  })

  test('the README shows the rooms as they are', () => {
    const readme = readFileSync(path.join(TOP, 'README.md'), 'utf8')
    const shown = Array.from(readme.matchAll(/^[│├└─\s]*(?:src\/)?([a-z]+)\/ {2,}\S.*$/gm), (match) => match[1] ?? '')
    const rooms = Object.keys(MAY_IMPORT)
    assert.deepEqual(shown.filter((name) => rooms.includes(name)).sort(), [...rooms].sort())
    for (const name of shown) {
      const known = [...rooms, ...readdirSync(TOP)]
      assert.ok(known.includes(name), `README shows ${name}/, which does not exist`)
    }
  })
})
