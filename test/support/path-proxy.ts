import { once } from 'node:events'
import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'

/**
 * A proxy on this machine that has a service below a path, and passes on the Host that it was asked for. No WebSockets.
 * @param prefix with a slash at both ends @returns its address, up to the prefix
 */
export async function pathProxy(test: TestContext, prefix: string, url: string): Promise<string> {
  const proxy = createServer((request, response) => {
    if (!request.url?.startsWith(prefix)) {
      response.writeHead(404).end()
      return
    }
    const { method, headers } = request
    const onward = httpRequest(new URL(request.url.slice(prefix.length - 1), url), { method, headers })
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    request.pipe(onward)
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  test.after(() => {
    proxy.closeAllConnections()
    proxy.close()
  })
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}${prefix}`
}
