/** One thing that was looked at. */
export interface Finding {
  readonly grade: 'good' | 'warn' | 'bad'
  readonly what: string
  readonly detail: string
  /** What to do about it; null when there is nothing to do. */
  readonly action: string | null
}

export const good = (what: string, detail: string): Finding => ({ grade: 'good', what, detail, action: null })
export const warn = (what: string, detail: string, action: string): Finding => ({ grade: 'warn', what, detail, action })
export const bad = (what: string, detail: string, action: string): Finding => ({ grade: 'bad', what, detail, action })
