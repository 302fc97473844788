/** A film is watched from its middle while it downloads. */
import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { createControl } from '../../src/control/index.ts'
import { browserRequirements, TestBrowser } from '../support/browser.ts'
import { TestService } from '../support/running-service.ts'
import { waitUntil } from '../support/wait-until.ts'
import { webmMovie } from '../support/webm-movie.ts'

const SECONDS = 20
const FRAMES_A_SECOND = 20
const KIB = 1024

interface Encoded {
  readonly isKey: boolean
  readonly base64: string
}

/**
 * Chromium encodes pictures: the left half has the colour of its second, the right is noise, which makes the file large.
 */
const encode = `(async ({ seconds, rate }) => {
  const canvas = new OffscreenCanvas(160, 120)
  const context = canvas.getContext('2d')
  const frames = []
  let fault = null
  const encoder = new VideoEncoder({
    output: (chunk) => {
      const bytes = new Uint8Array(chunk.byteLength)
      chunk.copyTo(bytes)
      let text = ''
      for (const byte of bytes) text += String.fromCharCode(byte)
      frames.push({ isKey: chunk.type === 'key', base64: btoa(text) })
    },
    error: (error) => { fault = String(error) },
  })
  encoder.configure({ codec: 'vp8', width: 160, height: 120, bitrate: 2e6, framerate: rate })
  for (let at = 0; at < seconds * rate; at++) {
    context.putImageData(new ImageData(Uint8ClampedArray.from({ length: 160 * 120 * 4 }, () => Math.random() * 256), 160, 120), 0, 0)
    context.fillStyle = 'rgb(' + Math.floor(at / rate) * 12 + ', 128, 0)'
    context.fillRect(0, 0, 80, 120)
    const frame = new VideoFrame(canvas, { timestamp: (at * 1e6) / rate })
    encoder.encode(frame, { keyFrame: at % rate === 0 })
    frame.close()
  }
  await encoder.flush()
  if (fault !== null) throw new Error(fault)
  return frames
})`

async function film(page: Page): Promise<Buffer> {
  const frames = await page.evaluate<readonly Encoded[]>(
    `${encode}(${JSON.stringify({ seconds: SECONDS, rate: FRAMES_A_SECOND })})`,
  )
  assert.equal(frames.length, SECONDS * FRAMES_A_SECOND)
  const clusters = Array.from({ length: SECONDS }, (_, second) =>
    frames.slice(second * FRAMES_A_SECOND, (second + 1) * FRAMES_A_SECOND).map(({ isKey, base64 }, at) => {
      const milliseconds = second * 1000 + (at * 1000) / FRAMES_A_SECOND
      return { milliseconds, isKey, bytes: Buffer.from(base64, 'base64') }
    }),
  )
  return webmMovie({
    width: 160,
    height: 120,
    milliseconds: SECONDS * 1000,
    frameMilliseconds: 1000 / FRAMES_A_SECOND,
    clusters,
  })
}

/** How red the left half of what the player shows is. */
const shownRed = `(() => {
  const video = document.querySelector('video')
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d')
  context.drawImage(video, 0, 0)
  return context.getImageData(20, 20, 1, 1).data[0]
})()`

test('a film is played from its middle while it downloads', {
  skip: browserRequirements(),
  timeout: 120_000,
}, async (t) => {
  await using browser = await TestBrowser.start()
  await using seeder = await TestService.start()
  await using leecher = await TestService.start()
  const control = createControl({ service: leecher.service, port: 0 })
  const { url } = await control.listen()
  t.after(() => control.close())
  const { page, faults, hears } = await browser.open(url)
  const bytes = await film(page)
  t.diagnostic(`a film of ${bytes.length} bytes`)
  await mkdir(path.join(seeder.root, 'shareable', 'lecture'))
  await writeFile(path.join(seeder.root, 'shareable', 'lecture', 'film.webm'), bytes)
  await writeFile(path.join(seeder.root, 'shareable', 'lecture', 'rest.bin'), Buffer.alloc(64 * KIB * KIB))
  const { swarm } = await seeder.service.makeTorrent({ name: 'lecture', pieceLength: 64 * KIB })
  await seeder.swarm(swarm.infoHash, ({ state }) => state === 'seeding')
  // What nobody watches comes first otherwise; the film alone would take 40 s.
  await leecher.service.changeLimits({ downloadLimit: Math.floor(bytes.length / 40) })
  await hears
  await leecher.join(seeder.service.metainfo(swarm.infoHash))
  const files = [
    { index: 0, priority: 'low' },
    { index: 1, priority: 'high' },
  ] as const
  await leecher.service.changeWishes(swarm.infoHash, { files })

  await page.getByRole('link', { name: 'lecture' }).click()
  await page.getByRole('tab', { name: 'Files' }).click()
  const play = page.getByRole('button', { name: 'Play lecture/film.webm' })
  await play.waitFor()
  assert.equal(await page.getByRole('button', { name: /^Play/ }).count(), 1)
  await play.click()
  const dialog = page.getByRole('dialog', { name: 'lecture/film.webm' })
  await dialog.waitFor()
  const shows = (what: string, condition: string): Promise<true> =>
    waitUntil(what, () => page.evaluate<boolean>(`((video) => ${condition})(document.querySelector('video'))`))
  await shows('the film to have begun', 'video?.readyState >= 1')
  assert.equal(await page.evaluate('document.querySelector("video").duration'), SECONDS)
  await page.evaluate('document.querySelector("video").pause()')
  await page.evaluate('document.querySelector("video").currentTime = 14.4')
  await shows('the picture of its middle', '!video.seeking && video.readyState >= 2')
  const red = await page.evaluate<number>(shownRed)
  const progress = leecher.service.files(swarm.infoHash)[0]?.progress ?? Number.NaN
  t.diagnostic(`red ${red}, of the film ${progress} was here by then`)
  assert.ok(Math.abs(red - 14 * 12) < 24, `${red} is not the colour of second 14`)
  assert.ok(progress < 0.8, `${progress} of the film was here by then`)

  // Closed, it reads no more.
  await dialog.getByRole('button', { name: 'Close' }).click()
  await page.locator('video').waitFor({ state: 'detached' })
  assert.deepEqual(faults, [])
})
