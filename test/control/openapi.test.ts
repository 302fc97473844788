import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { Compile } from 'typebox/compile'
import { asyncApiDocument } from '../../src/control/events/async-api.ts'
import { documentedVersion, openApiDocument } from '../../src/control/openapi-document.ts'
import { describedValues, type Schema } from '../support/schema-leaves.ts'
import { controlApp } from './control-app.ts'

const repository = new URL('../../', import.meta.url).pathname
const run = promisify(execFile)

interface Operation {
  readonly operationId: string
  readonly summary?: string
  readonly tags: readonly string[]
  readonly responses: Readonly<Record<string, unknown>>
}

interface Document {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> }
}

test('the committed file is what the routes say', async () => {
  assert.equal(await readFile(`${repository}openapi/openapi.json`, 'utf8'), await openApiDocument())
})

test('the service serves the same document, and every route answers to it', async (t) => {
  const { app } = await controlApp(t)
  const answer = await app.inject('/openapi.json')
  assert.match(String(answer.headers['content-type']), /^application\/json/)
  const document = answer.json<Document>()
  assert.deepEqual(document, JSON.parse(await openApiDocument()))
  assert.match(document.openapi, /^3\.1\./)
})

test('each operation has a name of its own, a tag, a summary and says how errors look', async () => {
  const { paths, components } = JSON.parse(await openApiDocument()) as Document
  const operations = Object.values(paths).flatMap((path) => Object.values(path))
  const names = operations.map(({ operationId }) => operationId)
  assert.equal(new Set(names).size, names.length)
  for (const { operationId, summary, tags, responses } of operations) {
    assert.match(operationId, /^[a-z]+([A-Z][a-z]+)+$|^getOpenApi$/)
    assert.ok(summary !== undefined && tags.length === 1 && 'default' in responses, operationId)
  }
  for (const name of Object.keys(components.schemas)) assert.match(name, /^([A-Z][a-z]+)+$/)
})

test('every operation says what the guard in front of it may answer', async () => {
  const { paths } = JSON.parse(await openApiDocument()) as Document
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, { responses }] of Object.entries(methods)) {
      for (const code of ['wrong-host', 'foreign-origin']) {
        assert.ok(JSON.stringify(responses).includes(`\`${code}\``), `${method} ${path}: ${code}`)
      }
    }
  }
})

test('every reference in the document leads somewhere, and every field has a description', async () => {
  const text = await openApiDocument()
  const { components } = JSON.parse(text) as Document
  for (const [, name] of text.matchAll(/"\$ref": "#\/components\/schemas\/([^"]+)"/g)) {
    assert.ok(components.schemas[name ?? ''] !== undefined, name)
  }
  assert.equal([...text.matchAll(/"\$ref": "(?!#\/components\/schemas\/)/g)].length, 0)
  for (const [name, schema] of Object.entries(components.schemas)) {
    type Field = { readonly description?: string; readonly type?: unknown; readonly $ref?: string }
    const { properties } = schema as { properties: Record<string, Field> }
    for (const [field, { description, type, $ref }] of Object.entries(properties)) {
      // What is referred to describes itself.
      assert.ok(description !== undefined || type === 'object' || $ref !== undefined, `${name}.${field}`)
    }
  }
})

/** Of these there is but one value. */
const needsNone = ({ type, const: only }: Schema): boolean => type === 'null' || only !== undefined

test('every parameter and every field of both documents has an example, which is valid', async () => {
  const openApi = describedValues(JSON.parse(await openApiDocument()))
  const asyncApi = describedValues(JSON.parse(asyncApiDocument(await documentedVersion())))
  assert.ok(openApi.length > 250 && asyncApi.length > 100, `${openApi.length} and ${asyncApi.length}`)
  const without = [...openApi, ...asyncApi].filter(({ schema }) => !schema.examples?.length && !needsNone(schema))
  assert.deepEqual(
    without.map(({ at }) => at),
    [],
  )
  for (const { at, schema } of [...openApi, ...asyncApi]) {
    const type = Compile(schema)
    for (const example of schema.examples ?? []) assert.ok(type.Check(example), `${at}: ${JSON.stringify(example)}`)
  }
})

test('the root lists what can be read, with working links', async (t) => {
  const { app } = await controlApp(t)
  const { name, links } = (await app.inject('/')).json<{ name: string; links: { rel: string; href: string }[] }>()
  assert.equal(name, 'swarmd')
  assert.ok(links.some(({ rel, href }) => rel === 'listSwarms' && href === '/swarms'))
  for (const { href } of links) {
    assert.equal((await app.inject(href)).statusCode, href === '/events' ? 426 : 200, href)
  }
})

test('liveness and version are told', async (t) => {
  const { app, service } = await controlApp(t)
  const { version, memberId, startedAt } = service.identity()
  assert.deepEqual((await app.inject('/livez')).json(), { status: 'ok' })
  assert.deepEqual((await app.inject('/version')).json(), { version, memberId, startedAt, runtime: process.version })
})

test('the generator writes the files, and with --check tells which is stale', async (t) => {
  const copy = await mkdtemp(join(tmpdir(), 'swarmd-generate-'))
  t.after(() => rm(copy, { recursive: true }))
  for (const part of ['src', 'openapi', 'package.json'])
    await cp(join(repository, part), join(copy, part), { recursive: true })
  await symlink(join(repository, 'node_modules'), join(copy, 'node_modules'))
  const generate = (...args: string[]) => run(process.execPath, [join(copy, 'src/control/generate.ts'), ...args])
  await generate('--check')
  const names = ['openapi/openapi.json', 'openapi/client.d.ts']
  for (const name of names) await writeFile(join(copy, name), '{}\n')
  const lines = names.map((name) => `${name} is not what the routes say; run: npm run generate\n`)
  await assert.rejects(generate('--check'), { code: 1, stderr: lines.join('') })
  await generate()
  await generate('--check')
})
