/** When the launcher is killed without a chance to pass it on, the ports and the root must not stay taken. */
export function endWithLauncher(exitCode: number): void {
  if (process.channel === undefined || process.channel === null) return
  process.once('disconnect', () => process.exit(exitCode))
  process.channel.unref()
}
