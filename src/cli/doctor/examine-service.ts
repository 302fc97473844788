import type { ApiClient, Swarm } from '../client/api-client.ts'
import { ApiProblemError, ApiUnreachableError } from '../client/api-errors.ts'
import { listSwarms } from '../client/find-swarm.ts'
import { bad, type Finding, good, warn } from './finding.ts'

/** What the running service says of itself and of its swarms. */
export async function examineService(api: ApiClient): Promise<Finding[]> {
  try {
    await api.ask((client) => client.GET('/livez'))
    const { version, runtime } = await api.ask((client) => client.GET('/version'))
    const alive = good('service', `swarmd ${version} on Node ${runtime} answers at ${api.address.url}`)
    return [alive, ...(await examineReadiness(api)), ...(await listSwarms(api)).map(examineSwarm)]
  } catch (error) {
    if (error instanceof ApiUnreachableError) {
      return [bad('service', error.message, 'or look at what it wrote when it ended')]
    }
    if (error instanceof ApiProblemError) return [bad('service', error.problem.detail, error.problem.action)]
    throw error
  }
}

/** Ready or not, the checks are told one by one. */
async function examineReadiness(api: ApiClient): Promise<Finding[]> {
  const { checks } = await api.ask(async (client) => {
    const { data, error, response } = await client.GET('/readyz')
    // 503 says the same, of a service that is not ready.
    const readiness = data ?? (error !== undefined && 'checks' in error ? error : null)
    return { ...(readiness === null ? {} : { data: readiness }), error, response }
  })
  return checks.map(({ name, ok, detail }) =>
    ok ? good(name, detail) : bad(name, detail, 'the service is not ready until that is right'),
  )
}

function examineSwarm({ name, state, stateReason, peers, progress }: Swarm): Finding {
  const what = `swarm ${name}`
  const detail = `${state}: ${stateReason}`
  if (state === 'error') return bad(what, detail, 'remove the cause; it goes on by itself')
  if (state !== 'stalled') return good(what, detail)
  const action =
    peers.known === 0 && progress < 1
      ? 'see that the tracker or another peer of the torrent runs and can be reached'
      : '`swarmd peers` says for each peer why nothing comes'
  return warn(what, detail, action)
}
