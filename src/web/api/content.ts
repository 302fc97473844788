import { ask } from './client.ts'
import { token } from './token.ts'

/** From the page on. */
export const contentHref = (infoHash: string, index: number): string => `swarms/${infoHash}/files/${index}/content`

/**
 * Sees to it that the browser may read the file by itself: neither a link nor a player brings a token, but both bring the
 * ticket that the service gives for one, as a cookie. @throws ApiError when it gives none, TypeError when there is no answer
 */
export async function openContent(infoHash: string, index: number): Promise<void> {
  if (token.value === '') return
  const path = { infoHash, index }
  await ask((client) => client.POST('/swarms/{infoHash}/files/{index}/content-tickets', { params: { path } }))
}
