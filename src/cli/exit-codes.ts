/** What the process exits with: those of sysexits.h where it has one, so that systemd and scripts can tell. */
export const exitCodes = {
  ok: 0,
  /** Stopped, but not in time; or a fault of our own. */
  failed: 1,
  usage: 2,
  /** A port or the root is taken. */
  unavailable: 69,
  /** It needs root. */
  noPermission: 77,
  config: 78,
} as const
