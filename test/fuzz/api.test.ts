/**
 * Every operation of openapi.json is asked what it takes and what it does not, as the document describes it. Whatever
 * comes: never a fault of ours, and every answer is one that the document declares. SWARMD_FUZZ_CASES says how many.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import Ajv2020 from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import * as fc from 'fast-check'
import type { InjectOptions } from 'fastify'
import { controlApp } from '../control/control-app.ts'
import { mostly, type Operation, type Parameter, valid, wild } from '../support/api-fuzz.ts'
import { FakeService, fakeHash } from '../support/fake-service.ts'

const CASES = Number(process.env['SWARMD_FUZZ_CASES'] ?? 50)

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

const document = JSON.parse(readFileSync(new URL('../../openapi/openapi.json', import.meta.url), 'utf8')) as Document
const ajv = new Ajv2020.Ajv2020({ strict: false, allErrors: true })
addFormats.default(ajv)
ajv.addSchema(document, 'document')

const pointer = (...steps: readonly string[]): string =>
  steps.map((step) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')

const mutations = ['post', 'patch', 'delete', 'put']

function requests(path: string, method: string, operation: Operation): fc.Arbitrary<InjectOptions> {
  const parameters = operation.parameters ?? []
  const known = fc.constantFrom(fakeHash(1), fakeHash(2), fakeHash(3))
  const values = (where: Parameter['in']) =>
    fc.record(
      Object.fromEntries(
        parameters
          .filter((parameter) => parameter.in === where)
          .map(({ name, schema }) => {
            const likely = name === 'infoHash' ? fc.oneof(known, valid(schema)) : valid(schema)
            return [name, mostly(likely, wild)]
          }),
      ),
      where === 'path' ? {} : { requiredKeys: [] },
    )
  const bodies = Object.entries(operation.requestBody?.content ?? {}).map(([type, { schema }]) => {
    const isJson = type === 'application/json'
    const body = isJson ? mostly(valid(schema), wild).map((value) => JSON.stringify(value) ?? '') : fc.string()
    return fc.record({ type: fc.constant(type), body: mostly(body, fc.string({ unit: 'binary' })) })
  })
  const noBody = fc.constant({ type: null, body: undefined })
  const anyBody = fc.record({
    type: fc.constantFrom('application/json', 'text/plain', 'application/x-bittorrent', 'application/json; x=y', ''),
    body: fc.string({ unit: 'binary' }),
  })
  const body =
    bodies.length > 0 ? fc.oneof({ weight: 5, arbitrary: fc.oneof(...bodies) }, anyBody) : fc.oneof(noBody, anyBody)
  const headers = fc.record(
    {
      range: fc.constantFrom('bytes=0-3', 'bytes=9-', 'bytes=99-', 'bytes=-2', 'x'),
      'if-none-match': fc.constantFrom('*', '"x"'),
      accept: fc.constantFrom('text/html', '*/*', 'application/json'),
    },
    { requiredKeys: [] },
  )
  return fc.record({ path: values('path'), query: values('query'), body, headers }).map((made) => {
    const filled = path.replace(/\{(\w+)\}/g, (_whole, name: string) => {
      const value = made.path[name]
      const text = typeof value === 'string' ? value.toWellFormed() : (JSON.stringify(value) ?? 'undefined')
      // Nothing, or a dot, would be the path of another operation.
      return encodeURIComponent(/^\.{0,2}$/.test(text) ? 'x' : text)
    })
    const pairs = Object.entries(made.query).map(([name, value]): [string, string] => [name, String(value)])
    const query = new URLSearchParams(pairs).toString()
    const type = made.body.type
    const sends = type !== null && mutations.includes(method)
    return {
      method: method.toUpperCase() as 'GET',
      url: query === '' ? filled : `${filled}?${query}`,
      headers: { ...made.headers, ...(sends && { 'content-type': type }) },
      ...(sends && { payload: String(made.body.body) }),
    }
  })
}

/** What is wrong with the answer, by the document; null when nothing is. */
function complaint(
  path: string,
  method: string,
  { responses }: Operation,
  answer: { readonly statusCode: number; readonly headers: Record<string, unknown>; readonly body: string },
): string | null {
  const { statusCode } = answer
  if (statusCode === 304) return answer.body === '' ? null : 'a 304 with a body'
  const key = String(statusCode) in responses ? String(statusCode) : 'default'
  if (statusCode >= 500) return `the status ${statusCode}`
  if (statusCode < 400 && key === 'default') return `the status ${statusCode} is not declared`
  const header = answer.headers['content-type']
  const type = typeof header === 'string' ? header.replace(/;.*/, '') : ''
  if (statusCode >= 400 && type !== 'application/problem+json') return `a ${statusCode} of the type ${type}`
  const content = responses[key]?.content
  if (content === undefined) return answer.body === '' ? null : 'a body where none is declared'
  const declared = type in content ? type : '*/*' in content ? '*/*' : null
  if (declared === null) return `the type ${type} is not declared for ${key}`
  if (!type.endsWith('json')) return null
  const place = pointer('paths', path, method, 'responses', key, 'content', declared, 'schema')
  if (ajv.validate({ $ref: `document#/${place}` }, JSON.parse(answer.body))) return null
  return ajv.errorsText(ajv.errors)
}

for (const [path, methods] of Object.entries(document.paths)) {
  for (const [method, operation] of Object.entries(methods)) {
    test(`${operation.operationId} answers to ${CASES} requests as it says`, async (t) => {
      const { app, service } = await controlApp(t, new FakeService(1, 2, 3))
      await app.ready()
      const property = fc.asyncProperty(requests(path, method, operation), async (request) => {
        const answer = await app.inject(request)
        assert.equal(complaint(path, method, operation, answer), null, `${answer.statusCode} ${answer.body}`)
        // What was deleted is there again for the next.
        if (service.held.size !== 3)
          for (const [hash, swarm] of new FakeService(1, 2, 3).held) service.held.set(hash, swarm)
      })
      await fc.assert(property, { numRuns: CASES, seed: 1 })
    })
  }
}

test('every schema of the document compiles for another validator, in its strict mode', () => {
  const strict = new Ajv2020.Ajv2020({ strict: true, allowUnionTypes: true })
  addFormats.default(strict)
  const { components } = document as unknown as { components: { schemas: Record<string, object> } }
  const all = JSON.parse(JSON.stringify(components.schemas).replaceAll('#/components/schemas/', '')) as Record<
    string,
    object
  >
  for (const [name, schema] of Object.entries(all)) strict.addSchema(schema, name)
  for (const name of Object.keys(all)) assert.equal(typeof strict.getSchema(name), 'function', name)
})
