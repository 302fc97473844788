import { Type } from 'typebox'
import type { MemberView } from '../../service/index.ts'
import { problemResponses } from '../problem.ts'
import type { Resource } from './resource.ts'

const TargetsSchema = Type.Array(
  Type.Object({
    targets: Type.Array(Type.String(), {
      description: 'Host and port of the API of a member.',
      examples: [['10.0.0.248:5080']],
    }),
    labels: Type.Record(Type.String(), Type.String(), {
      description: 'Labels before relabelling: __meta_swarmd_member_id is the id of the member.',
      examples: [{ __meta_swarmd_member_id: '6d223864-6a3b-4f2e-9a55-0b1e8f2d7c11' }],
    }),
  }),
  { description: 'One entry a member.' },
)

const entry = (target: string, { memberId, version }: Pick<MemberView, 'memberId' | 'version'>) => ({
  targets: [target],
  labels: { __meta_swarmd_member_id: memberId, __meta_swarmd_version: version.replace(/^swarmd /, '') },
})

/**
 * Where the member's API is, or null when it has none for others, or has left. One that is gone without a word is named as
 * long as it is remembered: Prometheus is to see that it does not answer.
 */
function targetOf({ hasLeft, addresses, apiPort }: MemberView): string | null {
  const [address] = addresses
  if (hasLeft || apiPort === 0 || address === undefined) return null
  return address.includes(':') ? `[${address}]:${apiPort}` : `${address}:${apiPort}`
}

export const metricsTargets: Resource = (app, { service }, done) => {
  app.get(
    '/metrics/targets',
    {
      config: { scope: 'metrics' },
      schema: {
        operationId: 'getMetricsTargets',
        summary: 'Where metrics are to be had',
        description:
          'For http_sd_configs of Prometheus: one Prometheus pointed at one peer finds all members of the network whose ' +
          'API can be reached from other machines, and for an hour those that went without a word, so that they are missed. ' +
          'This peer is named as the caller reached it.',
        tags: ['service'],
        response: { 200: TargetsSchema, ...problemResponses() },
      },
    },
    (request) => {
      const { memberId, version } = service.identity()
      const others = service.members().flatMap((member) => {
        const address = targetOf(member)
        return member.isSelf || address === null ? [] : [entry(address, member)]
      })
      return [entry(request.host, { memberId, version }), ...others]
    },
  )
  done()
}
