import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { ensurePackages } from './debian-packages.ts'

export const CHROMIUM = '/usr/bin/chromium'
/** Nothing of the browser's own may go out: traffic stays on this machine. */
export const BROWSER_ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/**
 * Whether Debian's Chromium is to be had.
 * @returns false to go on, or the reason to skip, as `node:test` takes it
 * @throws Error in CI (environment variable `CI`), where a skip is a failure
 */
export function browserRequirements(): string | false {
  const reason = ensurePackages(['chromium'])
  if (reason === null) return false
  if (process.env['CI'] !== undefined) throw new Error(reason)
  return reason
}

/** Chromium without a window. Closed when disposed. */
export class TestBrowser implements AsyncDisposable {
  readonly #browser: Browser

  private constructor(browser: Browser) {
    this.#browser = browser
  }

  static async start(): Promise<TestBrowser> {
    return new TestBrowser(await chromium.launch({ executablePath: CHROMIUM, args: BROWSER_ARGUMENTS }))
  }

  /**
   * A page of its own profile, and what went wrong in it: errors of its code, and of its policy. `hears` resolves when all
   * swarms have come to it over its WebSocket: what happens from then on, it is told.
   */
  async open(
    url: string,
    options: BrowserContextOptions = {},
  ): Promise<{ page: Page; faults: string[]; hears: Promise<void> }> {
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 860 }, ...options })
    const page = await context.newPage()
    const faults: string[] = []
    page.on('pageerror', (error) => faults.push(String(error)))
    page.on('console', (message) => {
      // What the API refuses is told on the page, and by Chromium here.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        faults.push(message.text())
    })
    const hears = new Promise<void>((resolve) => {
      page.on('websocket', (socket) =>
        socket.on('framereceived', ({ payload }) => {
          if (String(payload).startsWith('{"type":"snapshot"')) resolve()
        }),
      )
    })
    await page.goto(url)
    return { page, faults, hears }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close()
  }
}
