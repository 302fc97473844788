import type { VNode } from 'preact'
import { percentText } from '../words/quantities.ts'

export interface ProgressBarProps {
  /** 0 … 1. */
  readonly part: number
  /** What it is the progress of. */
  readonly label: string
  readonly kind?: string
}

export function ProgressBar({ part, label, kind = '' }: ProgressBarProps): VNode {
  const share = Math.min(1, Math.max(0, part))
  return (
    <div
      class={`bar ${kind}`}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.floor(share * 100)}
      aria-valuetext={percentText(share)}
    >
      <div style={{ transform: `scaleX(${share})` }} />
    </div>
  )
}
