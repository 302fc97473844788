import type { TestContext } from 'node:test'
import { type AppOptions, createApp } from '../../src/control/app.ts'
import { FakeService } from '../support/fake-service.ts'

/** The routes over a fake service, closed after the test. */
export async function controlApp(
  test: TestContext,
  service = new FakeService(1, 2, 3),
  more: Partial<AppOptions> = {},
) {
  const logged: { readonly event: string; readonly fields: Record<string, unknown> }[] = []
  const log = (event: string, fields: Record<string, unknown>) => void logged.push({ event, fields })
  const app = await createApp({ service, version: '0.1.0', host: '127.0.0.1', log, ...more })
  test.after(() => app.close())
  return { app, service, logged }
}
