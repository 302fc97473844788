/** axe-core in a page: what hinders people who can't see, or can't use a mouse. */
import path from 'node:path'
import type { Page } from 'playwright-core'

const SOURCE = path.resolve(import.meta.dirname, '../../node_modules/axe-core/axe.min.js')

interface AxeResult {
  readonly violations: readonly {
    readonly id: string
    readonly impact: string
    readonly nodes: readonly { readonly html: string }[]
  }[]
}

/** Axe is put into the page, which its policy forbids for good reason: it has to be opened with `bypassCSP`. */
export async function withAxe(page: Page): Promise<void> {
  await page.addScriptTag({ path: SOURCE })
}

/** What it finds that is serious. @param selector of the part to look at */
export async function seriousFaults(page: Page, selector?: string): Promise<string[]> {
  const { violations } = await page.evaluate<AxeResult>(`axe.run(${JSON.stringify(selector) ?? ''})`)
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .map(({ html }) => html)
          .join(' ')
          .slice(0, 400)}`,
    )
}
