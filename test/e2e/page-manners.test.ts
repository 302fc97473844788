/** The page keeps the place, the focus and the words of whoever uses it, in a real browser. */
import assert from 'node:assert/strict'
import { after, before, describe, it, type TestContext } from 'node:test'
import type { Page } from 'playwright-core'
import { createControl, type ControlOptions } from '../../src/control/index.ts'
import { browserRequirements, TestBrowser } from '../support/browser.ts'
import { FakeService, fakeHash } from '../support/fake-service.ts'
import { waitUntil } from '../support/wait-until.ts'

describe('the page', { skip: browserRequirements(), timeout: 120_000 }, () => {
  let browser: TestBrowser
  before(async () => {
    browser = await TestBrowser.start()
  })
  after(async () => {
    await browser[Symbol.asyncDispose]()
  })

  async function served(t: TestContext, service: FakeService, more: Partial<ControlOptions> = {}): Promise<string> {
    const control = createControl({ service, port: 0, ...more })
    t.after(() => control.close())
    const { port } = await control.listen()
    return `http://127.0.0.1:${port}/`
  }

  it('is called by the swarm that it was opened at', async (t) => {
    const url = await served(t, new FakeService(1))
    const { page, faults } = await browser.open(`${url}#/swarms/${fakeHash(1)}/overview`)
    await page.getByRole('heading', { name: 'file-1.img' }).waitFor()
    await waitUntil('the title', async () => (await page.title()) === 'file-1.img – swarmd')
    assert.deepEqual(faults, [])
  })

  it('leaves the focus in the field of a limit that is set by the keyboard, and shows limits that others set', async (t) => {
    const service = new FakeService(1)
    const url = await served(t, service)
    const { page, faults } = await browser.open(`${url}#/swarms/${fakeHash(1)}/overview`)
    const field = page.getByLabel('Most down, MB/s')
    await field.fill('2.5')
    await field.press('Enter')
    await page.getByText('The limits hold from now on.').waitFor()
    await waitUntil('the limit to be told', () => service.swarm(fakeHash(1)).downloadLimit === 2_500_000)
    assert.equal(await focusedName(page), 'Most down, MB/s')
    service.hold({ ...service.swarm(fakeHash(1)), uploadLimit: 7_000_000 })
    await waitUntil('the limit of others', async () => (await page.getByLabel('Most up').inputValue()) === '7')
    assert.deepEqual(faults, [])
  })

  it('leaves the focus on what was pressed though it can not be pressed again', async (t) => {
    const service = new FakeService(1)
    const url = await served(t, service)
    const { page, faults } = await browser.open(`${url}#/swarms/${fakeHash(1)}/overview`)
    const recheck = page.getByRole('button', { name: 'Recheck file-1.img' })
    await recheck.focus()
    service.hold({ ...service.swarm(fakeHash(1)), state: 'checking' })
    await waitUntil('it to be off', () => recheck.isDisabled())
    assert.equal(await focusedName(page), 'Recheck file-1.img')
    await page.keyboard.press('Enter')
    assert.ok(!service.calls.some(([name]) => name === 'recheck'))
    assert.deepEqual(faults, [])
  })

  it('stays at the swarm that was opened while another was being removed', async (t) => {
    const service = new FakeService(1, 2)
    const remove = service.remove.bind(service)
    const goOn = Promise.withResolvers<void>()
    service.remove = async (...asked) => {
      await goOn.promise
      return remove(...asked)
    }
    const url = await served(t, service)
    const { page, faults } = await browser.open(`${url}#/swarms/${fakeHash(1)}/overview`)
    await page.getByRole('button', { name: 'Remove file-1.img' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await page.evaluate(`location.hash = '#/swarms/${fakeHash(2)}/log'`)
    await page.getByRole('heading', { name: 'file-2.img' }).waitFor()
    goOn.resolve()
    await page.getByText('file-1.img is forgotten.').waitFor()
    assert.ok(page.url().endsWith(`#/swarms/${fakeHash(2)}/log`))
    assert.deepEqual(faults, [])
  })

  it('says what is wrong with a file that can be no torrent, till that is dismissed', async (t) => {
    const url = await served(t, new FakeService(1))
    const { page, faults } = await browser.open(url)
    await page.clock.install()
    const input = page.locator('input[type=file]').first()
    await input.setInputFiles({ name: 'image.iso', mimeType: '', buffer: Buffer.alloc(10 * 1024 * 1024 + 1) })
    const words = page.getByText('image.iso was not added: it is no torrent, as those have 10 MiB at most')
    await words.waitFor()
    await page.clock.fastForward('05:00')
    await words.waitFor()
    await page.getByRole('button', { name: 'Dismiss' }).click()
    await words.waitFor({ state: 'detached' })
    assert.deepEqual(faults, [])
  })

  it('says so when a token opens nothing that it shows', async (t) => {
    const tokens = { check: async () => 'metrics' as const }
    const url = await served(t, new FakeService(1), { host: '0.0.0.0', tokens })
    const { page } = await browser.open(url)
    const dialog = page.getByRole('dialog', { name: 'Access token' })
    await dialog.getByLabel('Token', { exact: true }).fill('metrics')
    await dialog.getByRole('button', { name: 'Use it' }).click()
    await dialog.getByText('does not take the token').waitFor()
  })
})

/** What is said of the element that has the focus. */
function focusedName(page: Page): Promise<string> {
  return page.evaluate(`(() => {
    const at = document.activeElement
    return at?.getAttribute('aria-label') ?? at?.labels?.[0]?.textContent?.trim() ?? at?.tagName ?? ''
  })()`)
}
