import assert from 'node:assert/strict'
import { test } from 'node:test'
import { controlApp } from './control-app.ts'

test('the page with the documentation has all that it needs from here', async (t) => {
  const { app } = await controlApp(t)
  for (const at of ['/docs', '/docs/']) {
    const page = await app.inject(at)
    assert.equal(page.statusCode, 200)
    assert.match(String(page.headers['content-security-policy']), /^default-src 'none'; script-src 'self';/)
    assert.doesNotMatch(page.body, /https?:/)
    const base = `http://localhost${at}`
    const needed = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(
      ([, href]) => new URL(href ?? '', base).pathname,
    )
    assert.deepEqual(needed, ['/docs/swagger-ui.css', '/docs/swagger-ui-bundle.js', '/docs/start.js'])
    for (const path of needed) {
      const file = await app.inject(path)
      assert.equal(file.statusCode, 200, path)
      assert.match(String(file.headers['content-type']), path.endsWith('.css') ? /^text\/css/ : /^text\/javascript/)
    }
  }
})

test('no other file comes out of there', async (t) => {
  const { app } = await controlApp(t)
  for (const file of ['index.html', '..%2fpackage.json', '%2e%2e%2fpackage.json', 'toString', 'swagger-ui.js']) {
    assert.equal((await app.inject(`/docs/${file}`)).statusCode, 404, file)
  }
})
