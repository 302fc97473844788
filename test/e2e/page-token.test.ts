/** The page of a service that wants a token, in a real browser. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { createControl } from '../../src/control/index.ts'
import { browserRequirements, TestBrowser } from '../support/browser.ts'
import { FakeService } from '../support/fake-service.ts'

describe('the page', { skip: browserRequirements(), timeout: 60_000 }, () => {
  let browser: TestBrowser
  before(async () => {
    browser = await TestBrowser.start()
  })
  after(async () => {
    await browser[Symbol.asyncDispose]()
  })

  it('asks for a token when the service wants one, and says when it is the wrong one', async (t) => {
    const tokens = { check: async (token: string) => (token === 'right' ? ('write' as const) : null) }
    const control = createControl({ service: new FakeService(1), host: '0.0.0.0', port: 0, tokens })
    t.after(() => control.close())
    const { port } = await control.listen()
    const { page, faults } = await browser.open(`http://127.0.0.1:${port}/`)
    const dialog = page.getByRole('dialog', { name: 'Access token' })
    await dialog.getByText('This service wants a token.').waitFor()
    const give = async (text: string): Promise<void> => {
      await dialog.getByLabel('Token', { exact: true }).fill(text)
      await dialog.getByRole('button', { name: 'Use it' }).click()
    }
    const asked: string[] = []
    page.on('request', (request) => {
      if (request.url().includes('/swarms')) asked.push(request.headers()['authorization'] ?? 'no token')
    })
    await give('wrong')
    await dialog.getByText('does not take the token').waitFor()
    // It asks once a second, but not on and on with what is refused: that would lock the address out.
    await setTimeout(2500)
    assert.equal(asked.filter((token) => token === 'Bearer wrong').length, 1)
    await give('right')
    await page.getByRole('link', { name: 'file-1.img' }).waitFor()
    assert.ok(!asked.slice(asked.indexOf('Bearer wrong')).includes('no token'), asked.join())
    await page.reload()
    await page.getByRole('link', { name: 'file-1.img' }).waitFor()
    assert.deepEqual(faults, [])
  })
})
