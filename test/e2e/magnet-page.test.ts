/** Magnet links on the page, in a real browser. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createControl } from '../../src/control/index.ts'
import { browserRequirements, TestBrowser } from '../support/browser.ts'
import { inMemoryTorrent, placeContent } from '../support/in-memory-torrent.ts'
import { TestService } from '../support/running-service.ts'

describe('magnet links on the page', { skip: browserRequirements(), timeout: 120_000 }, () => {
  it('are given in a dialog or pasted, wait in words, and end as files; those of others are shown', async () => {
    await using browser = await TestBrowser.start()
    await using seeder = await TestService.start()
    await using running = await TestService.start()
    const torrent = inMemoryTorrent({ name: 'linked.bin', content: 300_000 })
    const { infoHash } = torrent.metainfo
    const control = createControl({ service: running.service, host: '127.0.0.1', port: 0 })
    try {
      const { url } = await control.listen()
      const { page, faults, hears } = await browser.open(url)
      await hears
      await page.getByRole('button', { name: 'Add by link or name' }).click()
      const dialog = page.getByRole('dialog', { name: 'Add by link or name' })
      const field = dialog.getByLabel('Magnet link or name')
      await field.fill('magnet:?dn=nothing')
      await field.press('Enter')
      await page.getByText('The magnet link was not added: Not a valid magnet link').waitFor()
      await field.fill(`magnet:?xt=urn:btih:${infoHash}&dn=%3Cb%3Ecalled`)
      await field.press('Enter')
      await page.getByText('<b>called is added.').waitFor()
      await dialog.waitFor({ state: 'hidden' })
      await page.getByText('fetching metadata', { exact: true }).waitFor()
      await page.getByText('size not known yet').waitFor()
      await page.getByRole('link', { name: '<b>called' }).click()
      await page.getByText('Not known before the metadata is here.').waitFor()
      assert.ok(await page.getByRole('button', { name: 'Recheck <b>called' }).isDisabled())

      await placeContent(seeder.root, torrent)
      await seeder.join(torrent.bytes)
      await seeder.swarm(infoHash, ({ status }) => status === 'seeder')
      const link = seeder.service.magnet(infoHash)
      await page.evaluate(`{
        const clipboardData = new DataTransfer()
        clipboardData.setData('text/plain', ${JSON.stringify(link)})
        document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }))
      }`)
      await page.getByText('<b>called was there already.').waitFor()
      await page.getByRole('heading', { name: 'linked.bin' }).waitFor()
      await page.locator('[role=progressbar][aria-valuenow="100"]').first().waitFor()
      await page.getByRole('img', { name: '10 of 10 pieces are here.' }).waitFor()

      await page.getByRole('button', { name: 'Share linked.bin' }).click()
      const shown = page.getByRole('dialog', { name: 'Magnet link' }).getByLabel('Link')
      assert.equal(await shown.inputValue(), running.service.magnet(infoHash))
      assert.deepEqual(faults, [])
    } finally {
      await control.close()
    }
  })
})
