import openapiTS, { astToString } from 'openapi-typescript'

const head = `/**
 * The REST API as types, made of openapi.json by \`npm run generate\`: what openapi-fetch is given. Not to be edited.
 */
`

/**
 * The text of openapi/client.d.ts.
 * @param document openapi/openapi.json as text
 */
export async function clientTypes(document: string): Promise<string> {
  const nodes = await openapiTS(JSON.parse(document) as Parameters<typeof openapiTS>[0], { alphabetize: false })
  return `${head}${astToString(nodes)}`
}
