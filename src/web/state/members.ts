/** Every machine of the network, as the service tells while the lab is looked at; where that does not come through, the page asks. */
import { effect, signal } from '@preact/signals'
import { askAll, type Member } from '../api/client.ts'
import { noteAnswer } from './connection.ts'
import { followEvents } from './follow-events.ts'
import { route } from './route.ts'

/** Null before the first answer. */
export const members = signal<readonly Member[] | null>(null)
/** True while members come by themselves. */
export const isLabStreaming = signal(false)

/** The parts of the messages that are used; openapi/asyncapi.json has them whole. */
type Message =
  | {
      readonly type: 'network.snapshot'
      readonly seq?: undefined
      readonly members: readonly Member[]
      readonly last: boolean
    }
  | {
      readonly type: 'network.stats'
      readonly seq: number
      readonly members: readonly (Partial<Member> & Pick<Member, 'memberId'>)[]
    }
  | { readonly type: 'member.added'; readonly seq: number; readonly member: Member }
  | {
      readonly type: 'member.changed'
      readonly seq: number
      readonly memberId: string
      readonly changes: Partial<Member>
    }
  | { readonly type: 'member.removed'; readonly seq: number; readonly memberId: string }
  | { readonly type: 'network.changed'; readonly seq: number }

/** Listens while the lab is shown. */
export function listenToLab(): void {
  effect(() => (route.value.page === 'lab' ? listen() : undefined))
}

function listen(): () => void {
  let byId = new Map<string, Member>()
  const show = (): void => {
    members.value = [...byId.values()]
  }
  const change = (memberId: string, changes: Partial<Member>): void => {
    const known = byId.get(memberId)
    if (known) byId.set(memberId, { ...known, ...changes })
  }
  return followEvents<Message>({
    topics: 'network',
    began(resumed) {
      if (!resumed) byId = new Map()
      isLabStreaming.value = resumed
    },
    ended() {
      isLabStreaming.value = false
    },
    take(message) {
      switch (message.type) {
        case 'network.snapshot':
          for (const member of message.members) byId.set(member.memberId, member)
          if (!message.last) return
          isLabStreaming.value = true
          break
        case 'network.stats':
          for (const { memberId, ...changes } of message.members) change(memberId, changes)
          break
        case 'member.added':
          byId.set(message.member.memberId, message.member)
          break
        case 'member.changed':
          change(message.memberId, message.changes)
          break
        case 'member.removed':
          byId.delete(message.memberId)
          break
        case 'network.changed':
          return
      }
      // In the midst of a snapshot nobody is shown to be gone.
      if (isLabStreaming.peek()) show()
    },
  })
}

/** Never throws. */
export async function refreshMembers(): Promise<void> {
  try {
    members.value = await askAll((client, query) => client.GET('/network/members', { params: { query } }))
  } catch (error) {
    noteAnswer(error)
  }
}
