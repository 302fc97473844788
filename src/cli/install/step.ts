/** One thing to do on a machine. */
export interface Step {
  /** A verb and what it is done to, such as `write /etc/swarmd/swarmd.toml`. */
  readonly what: string
  readonly why: string
  /** null when it is so already. @throws InstallError */
  readonly perform: (() => Promise<void>) | null
}

/** Shows all steps, or takes them, telling of each as it is done. */
export async function take(steps: readonly Step[], apply: boolean, out: (line: string) => void): Promise<void> {
  const width = Math.max(...steps.map(({ what }) => what.length))
  for (const { what, why, perform } of steps) {
    if (apply) await perform?.()
    const state = perform === null ? 'as it is' : apply ? 'done' : 'to do'
    out(`${state.padEnd(8)}  ${what.padEnd(width)}  ${why}\n`)
  }
}
