import type { VNode } from 'preact'
import type { Choker, ChokerRecord, Standing } from '../api/client.ts'
import { choker, chokerAt, rounds } from '../state/detail.ts'
import { sampled } from '../state/swarms.ts'
import { decisionGroups, groupTitle, isChange, recordTitle, type DecisionGroup } from '../words/decisions.ts'
import { durationText, rateText } from '../words/quantities.ts'
import { visibleText } from '../words/visible-text.ts'

/** Whom we give to, who is next, and why: tit-for-tat at this moment. */
export function ChokerTab(): VNode {
  const now = choker.value
  if (now === null) return <p class="empty">A swarm that does not run has no choker at work.</p>
  return (
    <div class="choker">
      <Slots choker={now} />
      <Ranking choker={now} />
      <Sources choker={now} />
      <Rounds />
    </div>
  )
}

function Slots({ choker: now }: { readonly choker: Choker }): VNode {
  const held = now.ranking.filter(({ slot }) => slot !== null)
  const free = Math.max(0, now.slots - held.length)
  return (
    <section class="card">
      <div class="heading">
        <h2>Upload slots</h2>
        <span class={`badge ${now.uploadState === 'choked' ? 'stalled' : 'seeding'}`}>
          {now.uploadState === 'choked' ? 'choked: all are taken' : `open: ${free} of ${now.slots} free`}
        </span>
      </div>
      <Countdown choker={now} />
      <ol class="slots">
        {held.map(({ address, slot, sinceSeconds, uploadRate, downloadRate, shareReason }) => (
          <li key={address} class={slot ?? ''}>
            <span class={`badge ${slot ?? ''}`}>{slot}</span>
            <span class="address">{address}</span>
            <span class="reason">
              for {durationText(sinceSeconds)}; it takes {rateText(uploadRate)}, gives {rateText(downloadRate)}
            </span>
            {shareReason !== null && <span class="reason">{visibleText(shareReason)}</span>}
          </li>
        ))}
        {Array.from({ length: free }, (_, at) => (
          <li key={`free-${at}`} class="free">
            <span class="badge">free</span>
            <span class="reason">given at once to the next peer that is interested</span>
          </li>
        ))}
      </ol>
    </section>
  )
}

/** Runs on between two answers. */
function Countdown({ choker: now }: { readonly choker: Choker }): VNode {
  void sampled.value
  const passed = (Date.now() - chokerAt.value) / 1000
  const left = now.nextRoundInSeconds === null ? null : Math.max(0, now.nextRoundInSeconds - passed)
  if (left === null) return <p class="muted">No round is set yet.</p>
  const done = Math.min(1, Math.max(0, 1 - left / now.roundSeconds))
  const optimistic =
    now.nextOptimisticInSeconds === null
      ? ''
      : `; the optimistic slot turns in ${durationText(Math.max(0, now.nextOptimisticInSeconds - passed))}`
  return (
    <div class="countdown">
      <div class="bar" aria-hidden="true">
        <div style={{ transform: `scaleX(${done})` }} />
      </div>
      <p class="muted">
        Round {now.round + 1} in {durationText(left)}
        {optimistic}. Ranked by{' '}
        {now.seeding
          ? 'what peers have had lately, the least first, with turns so that none starves'
          : 'what peers give us'}
        .
      </p>
    </div>
  )
}

function Ranking({ choker: now }: { readonly choker: Choker }): VNode {
  return (
    <section class="card scroll">
      <h2 class="inset">Ranking</h2>
      <table class="stacks">
        <thead>
          <tr>
            <th scope="col" class="number">
              Rank
            </th>
            <th scope="col">Peer</th>
            <th scope="col" class="number">
              Ranked by
            </th>
            <th scope="col">Slot</th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          {now.ranking.map((standing) => (
            <RankingRow key={standing.address} standing={standing} />
          ))}
        </tbody>
      </table>
      {now.ranking.length === 0 && <p class="empty">No peers are connected.</p>}
    </section>
  )
}

function RankingRow({ standing }: { readonly standing: Standing }): VNode {
  const { address, rank, rankedRate, slot, reason } = standing
  return (
    <tr>
      <td class="number" data-label="Rank">
        {rank === 0 ? '–' : rank}
      </td>
      <th scope="row">
        <span class="address">{address}</span>
      </th>
      <td class="number" data-label="Ranked by">
        {rank === 0 ? '–' : rateText(rankedRate)}
      </td>
      <td data-label="Slot">
        <span class={`badge ${slot ?? 'choked'}`}>{slot ?? 'choked'}</span>
      </td>
      <td class="wide">{visibleText(reason)}</td>
    </tr>
  )
}

function Sources({ choker: { sources, seeding } }: { readonly choker: Choker }): VNode | null {
  if (seeding) return null
  return (
    <section class="card">
      <h2>
        Downloading from {sources.peers.length} of at most {sources.limit}
      </h2>
      <ul class="slots">
        {sources.peers.map(({ address, reason, downloadRate }) => (
          <li key={address}>
            <span class="address">{address}</span>
            <span class="down">{rateText(downloadRate)}</span>
            <span class="reason">{visibleText(reason)}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Rounds(): VNode {
  const all = rounds.value
  return (
    <section class="card">
      <h2>Decisions</h2>
      {all.length === 0 && <p class="muted">None yet.</p>}
      {decisionGroups(all).map((group) => (
        <details key={group.key} class="round">
          <summary>
            <Time of={group.records.at(-1) ?? group.records[0]} />
            {groupTitle(group)}
          </summary>
          {group.isRound ? <Decided in={group.records[0]} /> : <Between group={group} />}
        </details>
      ))}
    </section>
  )
}

/** Of a slot that changed hands only who had or got it is told: for the others nothing was decided. */
function Between({ group: { records } }: { readonly group: DecisionGroup<ChokerRecord> }): VNode {
  return (
    <ul>
      {records.map((record) => (
        <li key={record.id}>
          <Time of={record} />
          {recordTitle(record)}
          {record.decisions.filter(isChange).map(({ address, reason }) => (
            <span key={address} class="reason">
              {visibleText(reason)}
            </span>
          ))}
        </li>
      ))}
    </ul>
  )
}

function Decided({ in: { decisions } }: { readonly in: ChokerRecord }): VNode {
  return (
    <ul>
      {decisions.map(({ address, slot, slotBefore, reason }) => (
        <li key={address}>
          <span class="address">{address}</span> {changeOf(slotBefore, slot)}
          <span class="reason">{visibleText(reason)}</span>
        </li>
      ))}
    </ul>
  )
}

function Time({ of: { time } }: { readonly of: ChokerRecord }): VNode {
  return <time dateTime={time}>{new Date(time).toLocaleTimeString('en-GB')}</time>
}

function changeOf(before: Standing['slot'], after: Standing['slot']): VNode {
  if (before === after) return <span class="muted">{after ?? 'choked'}, as before</span>
  return (
    <strong>
      {before ?? 'choked'} → {after ?? 'choked'}
    </strong>
  )
}
