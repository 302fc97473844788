/** The page on a phone: nothing is wider than it, on no page and no tab. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createControl } from '../../src/control/index.ts'
import { seriousFaults, withAxe } from '../support/axe.ts'
import { browserRequirements, TestBrowser } from '../support/browser.ts'
import { fakeHash, FakeService } from '../support/fake-service.ts'

const WIDTH = 360

describe('the page on a phone', { skip: browserRequirements(), timeout: 120_000 }, () => {
  let browser: TestBrowser
  before(async () => {
    browser = await TestBrowser.start()
  })
  after(async () => {
    await browser[Symbol.asyncDispose]()
  })

  it('is read without moving it sideways, and says what each figure is', async (t) => {
    const control = createControl({ service: new FakeService(1, 2), port: 0 })
    t.after(() => control.close())
    const { port } = await control.listen()
    const url = `http://127.0.0.1:${port}`
    const { page, faults } = await browser.open(url, { viewport: { width: WIDTH, height: 800 }, bypassCSP: true })
    await page.getByRole('link', { name: 'file-1.img' }).waitFor()
    await withAxe(page)
    const places = ['overview', 'peers', 'choker', 'trackers', 'files', 'log'].map(
      (tab) => `swarms/${fakeHash(1)}/${tab}`,
    )
    for (const place of ['', 'lab', ...places]) {
      await page.goto(`${url}/#/${place}`)
      const tab = /[a-z]+$/.exec(place)?.[0]
      if (place.startsWith('swarms')) {
        await page.locator(`#tab-${tab}[aria-selected="true"]`).waitFor()
        if (tab !== 'log' && tab !== 'overview') await page.locator('#tab-panel table').first().waitFor()
      }
      const width = await page.evaluate<number>('document.documentElement.scrollWidth')
      assert.equal(width, WIDTH, place)
      if (tab === 'peers') assert.deepEqual(await seriousFaults(page), [])
    }
    await page.goto(`${url}/#/swarms/${fakeHash(1)}/peers`)
    await page.locator('td[data-label="Down"]').first().waitFor()
    const label = await page.evaluate<string>(
      'getComputedStyle(document.querySelector("td[data-label=Down]"), "::before").content',
    )
    assert.equal(label, '"Down"')
    assert.deepEqual(faults, [])
  })
})
