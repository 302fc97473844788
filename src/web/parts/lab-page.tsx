import type { VNode } from 'preact'
import type { Member, MemberSwarm } from '../api/client.ts'
import { members } from '../state/members.ts'
import { swarmHref } from '../state/route.ts'
import { swarmOf } from '../state/swarms.ts'
import { counted, durationText, percentText, rateText } from '../words/quantities.ts'
import { inLabOrder, labProgress } from '../words/lab-progress.ts'
import { visibleText } from '../words/visible-text.ts'
import { ProgressBar } from './progress-bar.tsx'

/** Every machine of the network, and how far each is with each swarm. */
export function LabPage(): VNode {
  const all = members.value
  if (all === null) return <p class="empty">Asking the service …</p>
  return (
    <>
      <div class="toolbar">
        <h1>{counted(all.filter(({ state }) => state !== 'gone').length, 'machine')} in the lab</h1>
      </div>
      <Totals members={all} />
      <div class="card scroll">
        <table class="members stacks">
          <thead>
            <tr>
              <th scope="col">Machine</th>
              <th scope="col">State</th>
              <th scope="col">Swarms</th>
            </tr>
          </thead>
          <tbody>
            {inLabOrder(all).map((member) => (
              <MemberRow key={member.memberId} member={member} />
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}

/** Each swarm, over all machines: when is the whole lab through? */
function Totals({ members: all }: { readonly members: readonly Member[] }): VNode | null {
  const totals = labProgress(all)
  if (totals.length === 0) return null
  return (
    <div class="lab-swarms">
      {totals.map(({ infoHash, name, machines, complete, stuck, gone, progress, etaSeconds }) => (
        <section class="card" key={infoHash}>
          <h2>
            <Name infoHash={infoHash} name={name} />
          </h2>
          <ProgressBar part={progress} label={`Progress of the whole lab with ${visibleText(name ?? infoHash)}`} />
          <p class="below">
            <span>
              {complete} of {counted(machines, 'machine')} complete
              {stuck > 0 && `, ${stuck} stuck`}
              {gone > 0 && `, ${gone} gone`}
            </span>
            <span>{percentText(progress)}</span>
          </p>
          <p class="muted">{leftOf(complete === machines, etaSeconds)}</p>
        </section>
      ))}
    </div>
  )
}

function leftOf(isDone: boolean, etaSeconds: number | null): string {
  if (isDone) return 'Every machine that is there has it.'
  return etaSeconds === null ? 'Not known when the last one is through.' : `All through in ${durationText(etaSeconds)}.`
}

/** A link where this peer is in the swarm itself. */
function Name({ infoHash, name }: { readonly infoHash: string; readonly name: string | null }): VNode {
  const text = visibleText(name ?? infoHash.slice(0, 8))
  return swarmOf(infoHash) === undefined ? <>{text}</> : <a href={swarmHref(infoHash)}>{text}</a>
}

function MemberRow({ member }: { readonly member: Member }): VNode {
  const { name, addresses, peerPort, version, state, stateReason, isSelf, swarms, swarmsOmitted } = member
  return (
    <tr class={state}>
      <th scope="row">
        {visibleText(name)} {isSelf && <span class="badge">this one</span>}
        <span class="reason address">
          {addresses.map((address) => `${address.includes(':') ? `[${address}]` : address}:${peerPort}`).join(' ')}
        </span>
        <span class="reason">{visibleText(version)}</span>
      </th>
      <td class="wide">
        <span class={`badge ${state === 'alive' ? 'seeding' : state === 'suspect' ? 'stalled' : 'gone'}`}>{state}</span>
        <span class="reason">{visibleText(stateReason)}</span>
      </td>
      <td class="wide">
        <ul class="member-swarms">
          {swarms.map((swarm) => (
            <MemberSwarmItem key={swarm.infoHash} swarm={swarm} machine={name} isGone={state === 'gone'} />
          ))}
        </ul>
        {swarmsOmitted > 0 && <span class="reason">and {counted(swarmsOmitted, 'more swarm')}</span>}
        {swarms.length === 0 && <span class="reason">in no swarm</span>}
      </td>
    </tr>
  )
}

interface MemberSwarmItemProps {
  readonly swarm: MemberSwarm
  readonly machine: string
  readonly isGone: boolean
}

function MemberSwarmItem({ swarm, machine, isGone }: MemberSwarmItemProps): VNode {
  const { infoHash, name, progress, downloadRate, uploadRate, etaSeconds, isStuck, state } = swarm
  const kind = isGone ? 'stopped' : isStuck ? 'stalled' : state
  return (
    <li>
      <span class="swarm-name">
        <Name infoHash={infoHash} name={name} />
        {isStuck && !isGone && <span class="badge stalled">stuck</span>}
      </span>
      <ProgressBar part={progress} label={`${visibleText(machine)}: ${visibleText(name ?? infoHash)}`} kind={kind} />
      <span class="reason">
        {percentText(progress)}
        {!isGone && downloadRate > 0 && `, ${rateText(downloadRate)} down`}
        {!isGone && uploadRate > 0 && `, ${rateText(uploadRate)} up`}
        {!isGone && progress < 1 && etaSeconds !== null && `, ${durationText(etaSeconds)} left`}
      </span>
    </li>
  )
}
