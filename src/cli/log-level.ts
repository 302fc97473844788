/** How grave an event is, and how the journal is told: `journalctl -u swarmd -p warning`. */
import { fstatSync } from 'node:fs'
import type { Environment } from './config/effective-settings.ts'

/** The gravest first. */
export const LEVELS = ['error', 'warn', 'info'] as const

export type LogLevel = (typeof LEVELS)[number]

/** Somebody should look. */
const ERRORS = new Set([
  'api.internal-error',
  'bug',
  'control.unloadable',
  'pieces.rotten',
  'service.failed',
  'service.stop-late',
  'service.unhealthy',
  'swarm.error',
])
/** Something was asked for and is not as asked. */
const WARNINGS = new Set([
  'config.refused',
  'control.accept-failed',
  'log.lost',
  'lsd.unavailable',
  'member.unresolved',
  'peer.banned',
  'piece.hash-failed',
  'service.notify-failed',
  'settings.unsaved',
  'storage.unclosed',
  'swarm.unreadable',
  'torrent.skipped',
])

export function levelOf(event: string): LogLevel {
  if (ERRORS.has(event)) return 'error'
  return WARNINGS.has(event) ? 'warn' : 'info'
}

/** The one of two that lets more through. */
export const louder = (one: LogLevel, other: LogLevel): LogLevel =>
  LEVELS.indexOf(one) > LEVELS.indexOf(other) ? one : other

const STDERR = 2
/** Those of syslog(3). */
const PRIORITIES: Readonly<Record<LogLevel, string>> = { error: '<3>', warn: '<4>', info: '<6>' }

/** What stands before a line for the journal, which takes it off again; nothing where stderr goes elsewhere. */
export function journalMark(environment: Environment): (level: LogLevel) => string {
  const { dev, ino } = fstatSync(STDERR)
  return environment['JOURNAL_STREAM'] === `${dev}:${ino}` ? (level) => PRIORITIES[level] : () => ''
}
