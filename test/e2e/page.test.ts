/** The page, in a real browser. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { after, before, describe, it, type TestContext } from 'node:test'
import type { Page } from 'playwright-core'
import { createControl } from '../../src/control/index.ts'
import { seriousFaults, withAxe } from '../support/axe.ts'
import { browserRequirements, TestBrowser } from '../support/browser.ts'
import { FakeService, fakePeer, fakeSwarm } from '../support/fake-service.ts'
import { makeTorrent } from '../support/make-torrent.ts'
import { pathProxy } from '../support/path-proxy.ts'
import { writeRandomFile } from '../support/random-file.ts'
import { TestService } from '../support/running-service.ts'
import { ScratchFolder } from '../support/scratch-folder.ts'
import { SwarmdChild } from '../support/swarmd-child.ts'
import { waitUntil } from '../support/wait-until.ts'

describe('the page', { skip: browserRequirements(), timeout: 300_000 }, () => {
  let browser: TestBrowser
  before(async () => {
    browser = await TestBrowser.start()
  })
  after(async () => {
    await browser[Symbol.asyncDispose]()
  })

  /** The API over a service of plain values. */
  async function served(t: TestContext, service = new FakeService(1, 2, 3)): Promise<{ url: string }> {
    const control = createControl({ service, host: '127.0.0.1', port: 0 })
    t.after(() => control.close())
    return control.listen()
  }

  it('takes a dropped .torrent, and its bar goes to 100 % as the file arrives', async () => {
    await using scratch = await ScratchFolder.create()
    await using seeder = await TestService.start()
    const source = path.join(seeder.root, 'shareable', 'lab-image.img')
    await writeRandomFile(source, 24 * 1024 * 1024, 'page')
    const torrent = await makeTorrent({
      source,
      pieceLength: 64 * 1024,
      announceUrl: `http://127.0.0.1:${seeder.port}/announce`,
      path: path.join(scratch.path, 'lab-image.torrent'),
    })
    await seeder.service.addTorrent(torrent.bytes)
    const { child } = await SwarmdChild.start({ root: path.join(scratch.path, 'leecher') })
    await using _child = child
    const { page, faults, hears } = await browser.open(child.apiUrl)
    await page.getByText('No swarms yet.').waitFor()
    await hears

    await drop(page, 'lab-image.torrent', await readFile(torrent.path))
    await page.getByText('lab-image.img is added.').waitFor()
    const bar = page.getByRole('progressbar', { name: 'Progress of lab-image.img' })
    await page.locator('[role=progressbar][aria-valuenow="100"]').waitFor()
    assert.equal(await bar.getAttribute('aria-valuetext'), '100 %')
    await page.getByText('seeding', { exact: true }).waitFor()
    assert.deepEqual(
      await readFile(path.join(scratch.path, 'leecher', 'shareable', 'lab-image.img')),
      await readFile(source),
    )

    await page.getByRole('link', { name: 'lab-image.img' }).click()
    await page.getByRole('heading', { name: 'lab-image.img' }).waitFor()
    await page.getByRole('img', { name: '384 of 384 pieces are here.' }).waitFor()
    await page.getByRole('tab', { name: 'Log' }).click()
    await page.getByText('complete: the files are in shareable/').waitFor()
    await drop(page, 'no.torrent', Buffer.from('no torrent at all'))
    await page.getByText('no.torrent was not added: Not a valid .torrent').waitFor()
    assert.deepEqual(faults, [])
  })

  it('says of each peer why it is given to and why it is got from', async (t) => {
    const { url } = await served(t)
    const { page, faults } = await browser.open(url)
    await page.getByRole('link', { name: 'file-2.img' }).click()
    await page.getByRole('tab', { name: 'Peers' }).click()
    const row = page.getByRole('row', { name: '10.0.0.1:5000' })
    await row.getByText('optimistic turn').waitFor()
    assert.match((await row.textContent()) ?? '', /1\.00 kB\/s.*2\.00 kB\/s.*optimistic.*it chokes us/)
    await page.getByRole('tab', { name: 'Files' }).click()
    await page.getByRole('row', { name: 'folder/file-11' }).waitFor()
    await page.goBack()
    await row.waitFor()
    assert.deepEqual(faults, [])
  })

  it('shows who has an upload slot, who is next, and the reason of each decision', async (t) => {
    const { url } = await served(t)
    const { page, faults } = await browser.open(url)
    await page.getByRole('link', { name: 'file-2.img' }).click()
    await page.getByRole('tab', { name: 'Choker' }).click()
    await page.getByText('open: 3 of 4 free').waitFor()
    await page.getByText(/Round 4 in \d+ s/).waitFor()
    const row = page.getByRole('row', { name: '10.0.0.1:5000' })
    assert.match((await row.textContent()) ?? '', /1.*3\.10 MB\/s.*regular.*regular: 2nd of 9 by rate, 3\.1 MB\/s/)
    await page.getByText('choked: it is not interested in our pieces').waitFor()
    const decision = page.getByText(/Round 3: 1 of 4 slots in use, 1 change/).first()
    await decision.click()
    await page.getByText('choked → regular').first().waitFor()
    assert.deepEqual(faults, [])
  })

  it('shows every machine of the lab, marks those that are stuck or gone, and hears when that changes', async (t) => {
    const service = new FakeService(1, 2, 3)
    const { url } = await served(t, service)
    const { page, faults } = await browser.open(url)
    await page.getByRole('link', { name: 'Lab' }).click()
    await page.getByRole('heading', { name: /machines? in the lab/ }).waitFor()
    // A name that is markup stays text.
    const row = page.getByRole('row', { name: '<b>lab-' }).first()
    await row.getByText('stuck', { exact: true }).waitFor()
    assert.match((await row.textContent()) ?? '', /alive.*50\.0 %, 1\.00 kB\/s up/)
    await waitUntil(
      'the page to read of the network',
      () => service.calls.filter(([name]) => name === 'members').length > 2,
    )
    service.machines = service.machines.map((member) => ({
      ...member,
      state: member.isSelf ? 'alive' : 'gone',
      stateReason: member.isSelf ? member.stateReason : 'it left, and said so',
      swarms: member.swarms.map((swarm) => ({ ...swarm, progress: 0.75, isStuck: false })),
    }))
    await page.getByText('it left, and said so').nth(1).waitFor()
    assert.equal(await page.getByText('stuck', { exact: true }).count(), 0)
    assert.match((await row.textContent()) ?? '', /75\.0 %/)
    await page.getByRole('heading', { name: '1 machine in the lab' }).waitFor()
    assert.deepEqual(faults, [])
  })

  it('fires no script and shows no markup, whatever torrents and peers are called', async (t) => {
    const names = [
      '<img src=x onerror="window.fired=1">',
      '</title><script>window.fired=1</script>',
      '"><svg onload=window.fired=1>',
      'javascript:window.fired=1',
      '{{constructor.constructor("window.fired=1")()}}',
      'gpj.\u202egnp.exe\u0000\u001b[31m',
    ]
    const service = new FakeService()
    for (const [at, name] of names.entries()) service.hold(fakeSwarm(at + 1, { name, stateReason: name }))
    const peers = names.map((client, at) => ({
      ...fakePeer(at + 1),
      client,
      chokeReason: client,
      downloadReason: client,
    }))
    service.peers = () => peers
    const priority = 'normal' as const
    service.files = () => names.map((path, index) => ({ index, path, length: 10, offset: 0, progress: 0, priority }))
    const { url } = await served(t, service)
    const { page, faults } = await browser.open(url)
    await page.getByRole('link', { name: names[0] ?? '', exact: true }).waitFor()
    for (let at = 0; at < names.length; at++) {
      await page
        .getByRole('row')
        .nth(at + 1)
        .getByRole('link')
        .click()
      for (const tab of ['Peers', 'Choker', 'Trackers', 'Files', 'Overview']) {
        await page.getByRole('tab', { name: tab }).click()
        await page.getByRole('tab', { name: tab, selected: true }).waitFor()
        if (tab === 'Peers' || tab === 'Files') await page.getByRole('row').nth(names.length).waitFor()
        assert.equal(await page.locator('main :is(img, script, svg, iframe, object)').count(), 0)
      }
      await page.getByRole('navigation').getByRole('link', { name: 'Swarms' }).click()
      await page.getByRole('row').nth(names.length).waitFor()
    }
    await page.getByRole('link', { name: 'gpj.�gnp.exe��[31m' }).waitFor()
    assert.equal(await page.evaluate('window.fired'), undefined)
    assert.deepEqual(faults, [])
  })

  it('has nothing serious to be found by axe, light and dark, in the list, a swarm and a dialog', async (t) => {
    const service = new FakeService(1, 2)
    service.hold(fakeSwarm(3, { state: 'stalled', stateReason: 'no peers known yet' }))
    service.hold(fakeSwarm(4, { state: 'error', stateReason: 'the disk is full' }))
    service.hold(fakeSwarm(5, { state: 'seeding', status: 'seeder', progress: 1 }))
    service.hold(fakeSwarm(6, { state: 'stopped' }))
    const { url } = await served(t, service)
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page } = await browser.open(url, { colorScheme, bypassCSP: true, reducedMotion: 'reduce' })
      await withAxe(page)
      await page.getByRole('link', { name: 'file-1.img' }).waitFor()
      const look = async (where: string): Promise<void> => {
        assert.deepEqual(await seriousFaults(page), [], `${colorScheme}, ${where}`)
      }
      await look('list')
      await page.getByRole('button', { name: 'Remove file-1.img' }).click()
      await page.getByRole('dialog').waitFor()
      await look('dialog')
      await page.keyboard.press('Escape')
      await page.getByRole('link', { name: 'file-1.img' }).click()
      for (const tab of await page.getByRole('tab').allTextContents()) {
        await page.getByRole('tab', { name: tab }).click()
        await page.getByRole('tab', { name: tab, selected: true }).waitFor()
        await page.waitForLoadState('networkidle')
        await look(tab)
      }
      await page.getByRole('link', { name: 'Lab' }).click()
      await page.getByRole('heading', { name: /in the lab/ }).waitFor()
      await look('lab')
    }
  })

  it('can be used by the keyboard alone', async (t) => {
    const service = new FakeService(1, 2)
    const { url } = await served(t, service)
    const { page } = await browser.open(url)
    await page.getByRole('link', { name: 'file-1.img' }).waitFor()
    await page.keyboard.press('Tab')
    assert.equal(await focused(page), 'Skip to the content')
    await page.keyboard.press('Enter')
    await tabTo(page, 'file-2.img')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'file-2.img' }).waitFor()
    await tabTo(page, 'Overview')
    await page.keyboard.press('ArrowRight')
    await page.getByRole('tab', { name: 'Peers', selected: true }).waitFor()
    assert.equal(await focused(page), 'Peers')
    await page.keyboard.press('End')
    await page.getByRole('tab', { name: 'Log', selected: true }).waitFor()
    await page.keyboard.press('Shift+Tab')
    assert.equal(await focused(page), 'Remove')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await tabTo(page, 'Cancel')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    assert.equal(await focused(page), 'Remove')
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Enter')
    await page.getByText('stopped', { exact: true }).waitFor()
    assert.ok(service.calls.some(([name, , state]) => name === 'setDesiredState' && state === 'stopped'))
  })

  it('sets limits of a swarm and priorities of its files', async (t) => {
    const service = new FakeService(1)
    const { url } = await served(t, service)
    const { page, faults } = await browser.open(url)
    await page.getByRole('link', { name: 'file-1.img' }).click()
    await page.getByLabel('Most down, MB/s').fill('2.5')
    await page.getByRole('button', { name: 'Set limits' }).click()
    await page.getByText('The limits hold from now on.').waitFor()
    await page.getByLabel('Pieces from the first to the last').click()
    await page.getByRole('tab', { name: 'Files' }).click()
    await page.getByLabel('Priority of folder/file-3').selectOption('high')
    await page.getByRole('link', { name: 'Save folder/file-3' }).waitFor()
    await waitUntil('three changes', () => wishes(service).length === 3)
    const changes = JSON.stringify(wishes(service))
    for (const part of ['"downloadLimit":2500000', '"sequential":true', '"priority":"high"']) {
      assert.ok(changes.includes(part), `${part} in ${changes}`)
    }
    assert.deepEqual(faults, [])
  })

  it('is dark when the system is, and as the user says', async (t) => {
    const { url } = await served(t)
    const { page } = await browser.open(url, { colorScheme: 'dark' })
    const ground = (): Promise<number> =>
      page.evaluate('Number(/\\d+/.exec(getComputedStyle(document.body).backgroundColor)[0])')
    assert.ok((await ground()) < 60)
    await page.getByLabel('Colours').selectOption('light')
    assert.ok((await ground()) > 200)
    await page.reload()
    assert.ok((await ground()) > 200)
  })

  it('works below a path of a proxy', async (t) => {
    const { url } = await served(t)
    const { page, faults } = await browser.open(await pathProxy(t, '/lab/peer-7/', url))
    await page.getByRole('link', { name: 'file-3.img' }).click()
    await page.getByRole('button', { name: 'Stop file-3.img' }).click()
    await page.getByText('stopped', { exact: true }).waitFor()
    assert.deepEqual(faults, [])
  })

  it('shows a thousand swarms, and finds one among them', async (t) => {
    const service = new FakeService(...Array.from({ length: 1000 }, (_, at) => at + 1))
    const { url } = await served(t, service)
    const { page } = await browser.open(url)
    await page.getByRole('heading', { name: '1000 swarms' }).waitFor()
    await page.getByRole('row').nth(1000).waitFor()
    await page.evaluate(`new PerformanceObserver((list) => {
      window.longTasks = [...(window.longTasks ?? []), ...list.getEntries().map(({ duration }) => duration)]
    }).observe({ type: 'longtask' })`)
    // Each second a third of them moves.
    for (let second = 1; second <= 3; second++) {
      for (let at = 1; at <= 1000; at += 3) service.hold(fakeSwarm(at, { progress: 0.5 + second / 10 }))
      await page
        .locator(`[role=progressbar][aria-valuenow="${50 + second * 10}"]`)
        .first()
        .waitFor()
    }
    const longTasks = JSON.stringify(await page.evaluate('window.longTasks ?? []'))
    t.diagnostic(`long tasks while a third of them moved three times, in ms: ${longTasks}`)
    assert.equal(await page.getByRole('row').count(), 1001)
    await page.getByRole('searchbox').fill('file-77')
    await page.getByRole('link', { name: 'file-777.img' }).waitFor()
    assert.equal(await page.getByRole('row').count(), 12)
  })
})

const wishes = (service: FakeService): unknown[] => service.calls.filter(([name]) => name === 'changeWishes')

/** As the browser tells it when files are let go over the page. */
async function drop(page: Page, name: string, bytes: Uint8Array): Promise<void> {
  const given = JSON.stringify({ name, base64: Buffer.from(bytes).toString('base64') })
  await page.evaluate(`(({ name, base64 }) => {
    const dataTransfer = new DataTransfer()
    dataTransfer.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name))
    for (const type of ['dragover', 'drop']) {
      document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }))
    }
  })(${given})`)
}

/** Text of what has the focus. */
function focused(page: Page): Promise<string> {
  return page.evaluate(`document.activeElement?.textContent?.trim() ?? ''`)
}

async function tabTo(page: Page, text: string): Promise<void> {
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press('Tab')
    if ((await focused(page)) === text) return
  }
  throw new Error(`40 times Tab do not lead to ${text}`)
}
