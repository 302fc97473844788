import type { Peer } from '../client/api-client.ts'
import { ApiProblemError, ClientError } from '../client/api-errors.ts'
import { clientCommand, type ClientCommand, runClient } from '../client/client-command.ts'
import type { ClientOptions } from '../client/client-config.ts'
import { fewAtATime } from '../client/few-at-a-time.ts'
import { findSwarm, listSwarms } from '../client/find-swarm.ts'
import { exitCodes } from '../exit-codes.ts'
import { whyPeer, whySwarm, type WhyAnswers } from '../why.ts'

/** So many of the newest records are asked for: a quarter of an hour of rounds. */
const RECORDS = 30
/** Each is four requests. */
const SWARMS_AT_A_TIME = 2

export const why: ClientCommand = (program, start) => {
  clientCommand(
    program,
    'why [swarm] [peer]',
    'Say why a swarm is as it is, or why a peer is choked: slots, ranks, reasons.',
  ).action((word: string | undefined, address: string | undefined, options: ClientOptions) =>
    start((system) =>
      runClient(options, system, async ({ api, print }) => {
        const swarms = word === undefined ? await listSwarms(api) : [await findSwarm(api, word)]
        const answers = await fewAtATime(swarms, ask, SWARMS_AT_A_TIME)
        const [only] = answers
        if (address !== undefined && only) {
          const peer = pickPeer(only.peers, address)
          print.answer({ ...only, peer }, () => whyPeer(only, peer))
        } else {
          print.answer(answers, (all) =>
            all.length === 0
              ? ['there are no swarms']
              : all.flatMap((one, at) => (at > 0 ? ['', ...whySwarm(one)] : whySwarm(one))),
          )
        }
        return exitCodes.ok

        async function ask(swarm: WhyAnswers['swarm']): Promise<WhyAnswers> {
          const path = { infoHash: swarm.infoHash }
          const [choker, fairness, peers, { items: records }] = await Promise.all([
            running(api.ask((client) => client.GET('/swarms/{infoHash}/choker', { params: { path } }))),
            running(api.ask((client) => client.GET('/swarms/{infoHash}/fairness', { params: { path } }))),
            api.all((client, query) => client.GET('/swarms/{infoHash}/peers', { params: { path, query } })),
            api.ask((client) =>
              client.GET('/swarms/{infoHash}/choker/rounds', { params: { path, query: { limit: RECORDS } } }),
            ),
          ])
          return { swarm, choker, fairness, peers, records }
        }
      }),
    ),
  )
}

/** null for a swarm that is not running. */
async function running<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof ApiProblemError && ['swarm-stopped', 'not-ready'].includes(error.problem.code)) return null
    throw error
  }
}

/** By its address, or by the host alone when that is clear. */
function pickPeer(peers: readonly Peer[], word: string): Peer {
  const exact = peers.filter(({ address }) => address === word)
  const found = exact.length > 0 ? exact : peers.filter(({ address }) => address.startsWith(`${word}:`))
  const [first, second] = found
  if (!first) throw new ClientError(`no peer ${word} is connected; \`swarmd peers\` lists those that are`)
  if (second)
    throw new ClientError(`${word} has several connections: ${found.map(({ address }) => address).join(', ')}`)
  return first
}
