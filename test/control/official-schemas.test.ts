/**
 * The two documents, judged by the schemas that the OpenAPI Initiative and AsyncAPI publish, and by a validator that has
 * nothing in common with the service's own (TypeBox), with the linter of openapi.json, or with the one of the fuzz test.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { before, describe, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import '@hyperjump/json-schema/draft-07'
import { registerSchema, validate, type Validator } from '@hyperjump/json-schema/openapi-3-1'

/** It comes with the validator. Schemas in the document are judged too, by the dialect of JSON Schema that OpenAPI has. */
const OPENAPI = 'https://spec.openapis.org/oas/3.1/schema-base'
const ASYNCAPI = 'http://asyncapi.com/definitions/3.0.0/asyncapi.json'

type Document = Parameters<Validator>[0]
/** Any value of a document, to change it. */
interface Tree {
  [key: string]: Tree
}

const fileOf = (path: string): Buffer => readFileSync(new URL(path, import.meta.url))

/** Places in the document where something is wrong; none when it is valid. */
function faults(judge: Validator, document: Document): string[] {
  const verdict = judge(document, 'BASIC')
  if (verdict.valid) return []
  const places = verdict.errors?.map(({ instanceLocation }) => decodeURIComponent(instanceLocation)) ?? []
  return places.length > 0 ? places : ['somewhere']
}

/** The document with one thing in it made wrong. */
function spoilt(text: string, spoil: (document: Tree) => void): Document {
  const document = JSON.parse(text) as Tree
  spoil(document)
  return document
}

/** Sets what the type of a tree would not have. */
const put = (tree: Tree | undefined, key: string, value: unknown): void => {
  assert.ok(tree, `nothing to put ${key} into`)
  Object.assign(tree, { [key]: value })
}

const remove = (tree: Tree | undefined, key: string): void => {
  assert.ok(tree?.[key] !== undefined, `there is no ${key}`)
  delete tree[key]
}

describe('the official schema of OpenAPI 3.1', () => {
  const text = fileOf('../../openapi/openapi.json').toString()
  let judge: Validator
  before(async () => {
    judge = await validate(OPENAPI)
  })

  test('accepts openapi.json', () => {
    assert.deepEqual(faults(judge, JSON.parse(text) as Document), [])
  })

  const mistakes: Record<string, (document: Tree) => void> = {
    'has no title': (document) => remove(document['info'], 'title'),
    'takes a parameter in the body': (document) =>
      put(document['paths']?.['/swarms']?.['get']?.['parameters']?.['0'], 'in', 'body'),
    'answers without a description': (document) =>
      remove(document['paths']?.['/swarms']?.['get']?.['responses']?.['200'], 'description'),
    'has an operation of no method': (document) => put(document['paths']?.['/swarms'], 'fetch', { responses: {} }),
    'has a schema of no type': (document) => put(document['components']?.['schemas']?.['Swarm'], 'type', 'dictionary'),
    'has a schema of OpenAPI 3.0': (document) =>
      put(document['components']?.['schemas']?.['Swarm']?.['properties']?.['name'], 'exclusiveMinimum', true),
  }
  for (const [what, spoil] of Object.entries(mistakes)) {
    test(`refuses one that ${what}`, () => {
      assert.notDeepEqual(faults(judge, spoilt(text, spoil)), [])
    })
  }
})

describe('the official schema of AsyncAPI 3.0', () => {
  const text = fileOf('../../openapi/asyncapi.json').toString()
  let judge: Validator
  before(async () => {
    const packed = fileOf('../fixtures/asyncapi-3.0.0.schema.json.gz')
    registerSchema(JSON.parse(gunzipSync(packed).toString()) as Parameters<typeof registerSchema>[0])
    judge = await validate(ASYNCAPI)
  })

  test('accepts asyncapi.json', () => {
    assert.deepEqual(faults(judge, JSON.parse(text) as Document), [])
  })

  const mistakes: Record<string, (document: Tree) => void> = {
    'has no version': (document) => remove(document['info'], 'version'),
    shouts: (document) => put(document['operations']?.['hear'], 'action', 'shout'),
    'has an operation without a channel': (document) => remove(document['operations']?.['hear'], 'channel'),
    'upgrades by POST and PUT': (document) =>
      put(document['channels']?.['events']?.['bindings']?.['ws'], 'method', 'PUT'),
    'has a message with a field of its own': (document) =>
      put(document['components']?.['messages']?.['hello'], 'body', {}),
    'has a payload of no type': (document) => put(document['components']?.['schemas']?.['Hello'], 'type', 'dictionary'),
  }
  for (const [what, spoil] of Object.entries(mistakes)) {
    test(`refuses one that ${what}`, () => {
      assert.notDeepEqual(faults(judge, spoilt(text, spoil)), [])
    })
  }
})
