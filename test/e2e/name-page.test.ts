/** Names on the page, in a real browser. */
import assert from 'node:assert/strict'
import path from 'node:path'
import { describe, it } from 'node:test'
import { createControl } from '../../src/control/index.ts'
import { browserRequirements, TestBrowser } from '../support/browser.ts'
import { inMemoryTorrent, placeContent, type InMemoryTorrent } from '../support/in-memory-torrent.ts'
import { TestService } from '../support/running-service.ts'

const AXE = path.resolve(import.meta.dirname, '../../node_modules/axe-core/axe.min.js')

async function share(running: TestService, torrent: InMemoryTorrent): Promise<void> {
  await placeContent(running.root, torrent)
  await running.join(torrent.bytes)
  await running.swarm(torrent.metainfo.infoHash, ({ status }) => status === 'seeder')
}

describe('names on the page', { skip: browserRequirements(), timeout: 120_000 }, () => {
  it('are asked of the other machines; who has none, several and one is told, and the file comes', async () => {
    await using browser = await TestBrowser.start()
    await using first = await TestService.start()
    await using second = await TestService.start()
    const one = inMemoryTorrent({ name: '<b>same.txt', content: 300_000 })
    const two = inMemoryTorrent({ name: '<b>same.txt', content: 200_000 })
    const only = inMemoryTorrent({ name: 'music.txt', content: 100_000 })
    await share(first, one)
    await share(second, two)
    await share(second, only)
    const peers = [first, second].map(({ port }) => ({ host: '127.0.0.1', port }))
    await using running = await TestService.start({ peers })
    const control = createControl({ service: running.service, host: '127.0.0.1', port: 0 })
    try {
      const { url } = await control.listen()
      const { page, faults, hears } = await browser.open(url, { bypassCSP: true, reducedMotion: 'reduce' })
      await page.addScriptTag({ path: AXE })
      await hears
      await page.getByRole('button', { name: 'Add by link or name' }).click()
      const dialog = page.getByRole('dialog', { name: 'Add by link or name' })
      const field = dialog.getByLabel('Magnet link or name')
      await field.fill('nothing.txt')
      await field.press('Enter')
      // In the dialog: what the page says is behind it.
      const words =
        /Not added by its name: Nobody has .* 2 peers were asked for nothing\.txt, and none has it\. Check the name/
      await dialog.getByRole('alert').filter({ hasText: words }).waitFor()

      // An answer that comes when the dialog is gone is told, but offers no choice the next time.
      let isThere = (): void => {}
      const gate = new Promise<void>((resolve) => (isThere = resolve))
      const swarms = (address: URL): boolean => address.pathname === '/swarms'
      await page.route(swarms, async (route) => {
        await gate
        await route.continue()
      })
      await field.fill('<b>same.txt')
      await field.press('Enter')
      await dialog.getByRole('button', { name: 'Cancel' }).click()
      isThere()
      await page.getByText(/Not added by its name: Several torrents have this name/).waitFor()
      await page.unroute(swarms)
      await page.getByRole('button', { name: 'Add by link or name' }).click()
      assert.equal(await dialog.getByRole('group').count(), 0)

      await field.fill(' <b>same.txt ')
      await field.press('Enter')
      const choice = dialog.getByRole('group', { name: 'Several torrents have this name' })
      await choice.waitFor()
      const serious = await page.evaluate<string[]>(
        `axe.run().then(({ violations }) => violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id }) => id))`,
      )
      assert.deepEqual(serious, [])
      await choice.getByRole('button', { name: `Add ${two.metainfo.infoHash.slice(0, 8)}… of 200 kB` }).click()
      await page.getByText('<b>same.txt is added.').waitFor()
      await dialog.waitFor({ state: 'hidden' })
      await running.swarm(two.metainfo.infoHash, ({ status }) => status === 'seeder')

      await page.getByRole('button', { name: 'Add by link or name' }).click()
      assert.equal(await choice.count(), 0)
      await field.fill('music.txt')
      await dialog.getByRole('button', { name: 'Add', exact: true }).click()
      await page.getByText('music.txt is added.').waitFor()
      await page.getByRole('link', { name: 'music.txt' }).waitFor()
      await running.swarm(only.metainfo.infoHash, ({ status }) => status === 'seeder')
      assert.deepEqual(faults, [])
    } finally {
      await control.close()
    }
  })
})
