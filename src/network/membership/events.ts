/** What goes into the membership and what comes out: events with the time, effects performed after the transition. */
import type { MemberId, MemberRecord, MembersMessage, PeerAddress } from '../../protocol/index.ts'

/** The owner's name for a connection; never used twice. */
export type LinkKey = string

/** The owner's number for a dial that was asked for. */
export type DialKey = number

export type MembershipEvent =
  /** A peer that speaks `sw_members` is there. `dial`: by that dial of ours. */
  | {
      readonly type: 'link-opened'
      readonly link: LinkKey
      /** IP address of the other end. */
      readonly host: string
      readonly outbound: boolean
      /** It serves the membership only, so that we may close it. */
      readonly isOwn: boolean
      readonly dial?: DialKey
    }
  | { readonly type: 'link-closed'; readonly link: LinkKey }
  | { readonly type: 'message'; readonly link: LinkKey; readonly message: MembersMessage; readonly bytes: number }
  /** Bytes came in, of whatever kind. */
  | { readonly type: 'heard'; readonly link: LinkKey }
  /** `isOurFault`: the other end had no part in it (no port, no descriptor, called off). */
  | { readonly type: 'dial-failed'; readonly dial: DialKey; readonly isOurFault: boolean }
  /** A member may be there: somebody heard of that address, or a person named it. */
  | { readonly type: 'hint'; readonly address: PeerAddress }
  /** A living member to begin with, never given up. */
  | { readonly type: 'seed'; readonly address: PeerAddress }
  /** What we are. `isUrgent`: not only numbers changed. */
  | { readonly type: 'own'; readonly record: MemberRecord; readonly isUrgent: boolean }
  | { readonly type: 'tick' }
  /** We go: all are told. */
  | { readonly type: 'leave' }

export type MembershipEffect =
  | { readonly type: 'send'; readonly link: LinkKey; readonly message: MembersMessage }
  | { readonly type: 'close'; readonly link: LinkKey; readonly reason: string }
  /** Try these, in turn, until one answers; then say `link-opened` or `dial-failed`. */
  | { readonly type: 'dial'; readonly dial: DialKey; readonly addresses: readonly PeerAddress[] }
  /** Another state, or another record. */
  | { readonly type: 'changed'; readonly id: MemberId }
  /**
   * We need a new id, by `rename`: another machine lives under ours (a copied state folder), or somebody said of us what
   * can't be refuted. Said once.
   */
  | { readonly type: 'clash' }
