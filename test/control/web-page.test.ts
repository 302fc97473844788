import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { controlApp } from './control-app.ts'

/** What Chromium and Firefox say when somebody opens an address. */
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'

test('a browser gets the page where programs get links', async (t) => {
  const { app } = await controlApp(t)
  const ask = (accept: string) => app.inject({ url: '/', headers: { accept } })
  for (const accept of [BROWSER, 'text/html', 'application/json;q=0.5, text/html']) {
    const answer = await ask(accept)
    assert.equal(answer.headers['content-type'], 'text/html; charset=utf-8', accept)
    assert.match(answer.body, /^<!doctype html>/i)
    assert.match(String(answer.headers['vary']), /accept/)
  }
  for (const accept of ['*/*', 'application/json', '', 'text/html;q=0.5, application/json', 'text/htmlx']) {
    assert.equal((await ask(accept)).json<{ name: string }>().name, 'swarmd', accept)
  }
})

test('the page has no inline code or style, loads from here only, and by relative addresses', async (t) => {
  const { app } = await controlApp(t)
  const { body, headers } = await app.inject({ url: '/', headers: { accept: BROWSER } })
  const policy = String(headers['content-security-policy'])
  for (const part of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"]) {
    assert.ok(policy.split('; ').includes(part), part)
  }
  assert.doesNotMatch(policy, /unsafe|\*|http/)
  assert.doesNotMatch(body, /<style|<script(?![^>]* src=)|\son\w+=|style=/)
  const addresses = Array.from(body.matchAll(/(?:src|href)="([^"]+)"/g), ([, address]) => address ?? '')
  assert.deepEqual(addresses.toSorted(), ['page/app.css', 'page/app.js', 'page/icon.svg'])
  for (const address of addresses) assert.equal((await app.inject(`/${address}`)).statusCode, 200)
})

test('code and style come packed for who takes that, and are below 60 KB so', async (t) => {
  const { app } = await controlApp(t)
  let size = 0
  for (const name of ['app.js', 'app.css']) {
    const packed = await app.inject({ url: `/page/${name}`, headers: { 'accept-encoding': 'gzip, br' } })
    assert.equal(packed.headers['content-encoding'], 'gzip')
    const plain = await app.inject({ url: `/page/${name}`, headers: { 'accept-encoding': 'gzip;q=0' } })
    assert.equal(plain.headers['content-encoding'], undefined)
    assert.ok(gunzipSync(packed.rawPayload).equals(plain.rawPayload))
    size += packed.rawPayload.length
  }
  assert.ok(size < 60_000, `${size} bytes`)
})

test('nothing in the page names another server', () => {
  const bundle = readFileSync(new URL('../../src/control/web-page/app.js', import.meta.url), 'utf8')
  const namespaces = /http:\/\/www\.w3\.org\/(1998\/Math\/MathML|1999\/xhtml|1999\/xlink|2000\/svg)/g
  assert.doesNotMatch(bundle.replaceAll(namespaces, ''), /https?:\/\/\w/)
})
