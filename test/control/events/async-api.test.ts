import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { asyncApiDocument } from '../../../src/control/events/async-api.ts'
import { eventSchemas } from '../../../src/control/events/event-schema.ts'
import { documentedVersion } from '../../../src/control/openapi-document.ts'

const file = new URL('../../../openapi/asyncapi.json', import.meta.url)

test('the committed file is what the schemas say', async () => {
  assert.equal(await readFile(file, 'utf8'), asyncApiDocument(await documentedVersion()))
})

test('every reference in the document leads somewhere, and each kind of message is there', async () => {
  const text = await readFile(file, 'utf8')
  const document = JSON.parse(text) as Record<string, unknown>
  for (const [, pointer] of text.matchAll(/"\$ref": "#\/([^"]+)"/g)) {
    let at: unknown = document
    for (const step of (pointer ?? '').split('/')) at = (at as Record<string, unknown>)[step]
    assert.equal(typeof at, 'object', pointer)
  }
  const { components } = document as { components: { messages: Record<string, unknown> } }
  assert.deepEqual(Object.keys(components.messages), Object.keys(eventSchemas))
})
