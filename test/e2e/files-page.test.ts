/** The list of a swarm's files in a real browser: saved and played also with a token, and all of them, however many. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { createControl } from '../../src/control/index.ts'
import { seriousFaults, withAxe } from '../support/axe.ts'
import { browserRequirements, TestBrowser } from '../support/browser.ts'
import { fakeHash, FakeService } from '../support/fake-service.ts'
import { pathProxy } from '../support/path-proxy.ts'
import { waitUntil } from '../support/wait-until.ts'

const TOKEN = 'secret-of-the-lab'

/** A second of silence, of which a browser knows how long it is. */
function silence(): Buffer {
  const samples = 8_000
  const bytes = Buffer.alloc(44 + samples, 0x80)
  bytes.write('RIFF', 0)
  bytes.writeUInt32LE(36 + samples, 4)
  bytes.write('WAVEfmt ', 8)
  bytes.writeUInt32LE(16, 16)
  // PCM, one channel, 8,000 samples of 8 bits a second.
  bytes.writeUInt16LE(1, 20)
  bytes.writeUInt16LE(1, 22)
  bytes.writeUInt32LE(samples, 24)
  bytes.writeUInt32LE(samples, 28)
  bytes.writeUInt16LE(1, 32)
  bytes.writeUInt16LE(8, 34)
  bytes.write('data', 36)
  bytes.writeUInt32LE(samples, 40)
  return bytes
}

/** With a song as file 0. */
function musicService(song: Buffer): FakeService {
  const service = new FakeService(1)
  const openFile = service.openFile.bind(service)
  service.files = () =>
    ['song.wav', 'folder/notes.txt'].map((path, index) => {
      return { index, path, length: song.length, offset: 0, progress: 1, priority: 'normal' as const }
    })
  service.openFile = (infoHash, index) => ({
    ...openFile(infoHash, index),
    path: 'song.wav',
    length: song.length,
    async *read(from, to) {
      yield song.subarray(from, to)
    },
  })
  return service
}

async function giveToken(page: Page): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Access token' })
  await dialog.getByLabel('Token', { exact: true }).fill(TOKEN)
  await dialog.getByRole('button', { name: 'Use it' }).click()
}

describe('the files of a swarm', { skip: browserRequirements(), timeout: 120_000 }, () => {
  let browser: TestBrowser
  before(async () => {
    browser = await TestBrowser.start()
  })
  after(async () => {
    await browser[Symbol.asyncDispose]()
  })

  it('are saved and played where the service wants a token, below a path of a proxy too', async (t) => {
    const song = silence()
    const tokens = { check: async (token: string) => (token === TOKEN ? ('read' as const) : null) }
    const control = createControl({ service: musicService(song), host: '0.0.0.0', port: 0, tokens })
    t.after(() => control.close())
    const { port } = await control.listen()
    for (const url of [`http://127.0.0.1:${port}/`, await pathProxy(t, '/lab/', `http://127.0.0.1:${port}`)]) {
      const { page, faults } = await browser.open(url)
      const asked: string[] = []
      page.on('request', (request) => asked.push(request.url()))
      await giveToken(page)
      await page.getByRole('link', { name: 'file-1.img' }).click()
      await page.getByRole('tab', { name: 'Files' }).click()

      await page.getByRole('button', { name: 'Play song.wav' }).click()
      const length = await waitUntil('the song to be known', () =>
        page.evaluate<number | false>('(document.querySelector("audio") ?? {}).duration || false'),
      )
      assert.equal(length, 1)
      await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
      await page.locator('audio').waitFor({ state: 'detached' })

      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: 'Save folder/notes.txt' }).click(),
      ])
      assert.ok(song.equals(await readFile(await download.path())))
      assert.equal(download.suggestedFilename(), 'notes.txt')

      const prefix = new URL(url).pathname
      const cookies = await page.context().cookies(`${url}swarms/${fakeHash(1)}/files/0/content`)
      assert.deepEqual(
        cookies.map(({ name, path, httpOnly, sameSite }) => ({ name, path, httpOnly, sameSite })),
        [
          {
            name: 'swarmd-ticket',
            path: `${prefix}swarms/${fakeHash(1)}/files/0`,
            httpOnly: true,
            sameSite: 'Strict',
          },
        ],
      )
      assert.deepEqual(await page.context().cookies(`${url}swarms`), [])
      const secrets = [TOKEN, ...cookies.map(({ value }) => value)]
      for (const at of asked) assert.ok(!secrets.some((secret) => at.includes(secret)), at)
      assert.deepEqual(faults, [])
      await page.context().close()
    }
  })

  it('are all shown, however many, 500 at a time', async (t) => {
    const service = new FakeService(1)
    service.files = () =>
      Array.from({ length: 1_200 }, (_, index) => {
        return { index, path: `file-${index}`, length: 10, offset: 0, progress: 0, priority: 'normal' as const }
      })
    const control = createControl({ service, port: 0 })
    t.after(() => control.close())
    const { url } = await control.listen()
    const { page, faults } = await browser.open(url, { bypassCSP: true })
    await page.getByRole('link', { name: 'file-1.img' }).click()
    await page.getByRole('tab', { name: 'Files' }).click()
    const pages = page.getByRole('navigation', { name: 'Pages of files' })
    await pages.getByText('Files 1 to 500').waitFor()
    assert.ok(await pages.getByRole('button', { name: 'Previous' }).isDisabled())
    await page.getByRole('rowheader', { name: 'file-499', exact: true }).waitFor()
    assert.equal(await page.getByRole('rowheader', { name: 'file-500', exact: true }).count(), 0)

    await pages.getByRole('button', { name: 'Next' }).click()
    await page.getByRole('rowheader', { name: 'file-500', exact: true }).waitFor()
    await withAxe(page)
    assert.deepEqual(await seriousFaults(page, '.pages'), [])
    // By the keyboard: what was pressed can be pressed again.
    await page.keyboard.press('Enter')
    await pages.getByText('Files 1,001 to 1,200, the last').waitFor()
    await page.getByLabel('Priority of file-1199').selectOption('off')
    await waitUntil('the change', () => service.calls.some(([name]) => name === 'changeWishes'))
    assert.deepEqual(service.calls.find(([name]) => name === 'changeWishes')?.[2], {
      files: [{ index: 1199, priority: 'off' }],
    })
    await pages.getByRole('button', { name: 'Previous' }).click()
    await page.getByRole('rowheader', { name: 'file-999', exact: true }).waitFor()
    assert.deepEqual(faults, [])
  })
})
