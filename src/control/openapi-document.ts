import type { FastifyInstance } from 'fastify'
import { readFile } from 'node:fs/promises'
import type { PeerService } from '../service/index.ts'
import { createApp } from './app.ts'
import { registerOpenApi } from './openapi.ts'

/** Routes are only described here, so nothing may be asked of it. */
const absentService = new Proxy({} as PeerService, {
  get(_target, name) {
    throw new Error(`service.${String(name)} was asked while routes were described`)
  },
})

/** Of the package: what the documents describe. */
export async function documentedVersion(): Promise<string> {
  const manifest = await readFile(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { readonly version: string }).version
}

/** The text of openapi/openapi.json. */
export async function openApiDocument(): Promise<string> {
  const version = await documentedVersion()
  const describe = (app: FastifyInstance): Promise<void> => registerOpenApi(app, version)
  const app = await createApp({ service: absentService, version, host: '127.0.0.1', log: () => {}, describe })
  await app.ready()
  const document = app.swagger()
  await app.close()
  return `${JSON.stringify(document, null, 2)}\n`
}
