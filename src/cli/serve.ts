import { createControl, isLoopback, type Control } from '../control/index.ts'
import { AccessTokens, RootLockedError, type RunningService, type ServiceConfig } from '../service/index.ts'
import type { Environment } from './config/effective-settings.ts'
import { withCredentials } from './credential-tokens.ts'
import { exitCodes } from './exit-codes.ts'
import { EventLog, type Log } from './event-log.ts'
import { ConfigError } from './config/config-error.ts'
import { HangUps } from './hang-ups.ts'
import { louder, type LogLevel } from './log-level.ts'
import type { LiveConfig } from './config/reload.ts'
import { liveSettings, type ServeConfig } from './config/serve-config.ts'
import type { ServeProgress } from './serve-progress.ts'
import { Supervisor } from './supervisor.ts'
import { connectionLine, reachableAddress, reachableUrl, rolesOf, startLines } from './start-lines.ts'
import { type StopSource, watchStopSignals } from './stop-request.ts'

/** From the signal to the end, whatever is stuck. */
const STOP_DEADLINE_MS = 9_000

export interface ServeSystem extends StopSource {
  startService(config: ServiceConfig): Promise<RunningService>
  readonly environment: Environment
  readonly pids: readonly number[]
  /** For people. */
  out(line: string): void
  readonly logFormat: 'json' | 'lines'
  /** For the log and for errors. @returns whether there was room for it */
  err(line: string, level: LogLevel): boolean
  /** Bars, when a person looks on. */
  readonly progress?: Pick<ServeProgress, 'begin' | 'end'>
}

/** Runs the service until a signal stops it. Resolves with the exit code. */
export async function serve(live: LiveConfig, system: ServeSystem): Promise<number> {
  const eventLog = new EventLog({
    write: (line, level) => system.err(line, level),
    format: system.logFormat,
    level: live.config.logLevel,
  })
  const log: Log = (event, fields) => {
    const line = connectionLine(event, fields)
    // At a terminal the one line stands beside the other.
    if (line === null || system.logFormat === 'json') eventLog.write(event, fields)
    if (line !== null) system.out(`${line}\n`)
  }
  const supervisor = new Supervisor({ environment: system.environment, pids: system.pids, log })
  const hangUps = system.hangUpStops ? null : new HangUps(system.signals)
  let deadline: NodeJS.Timeout | undefined
  let unwatch = (): void => {}
  const stopAsked = new Promise<void>((resolve) => {
    unwatch = watchStopSignals(system, (signal) => {
      log('service.stopping', { signal })
      void supervisor.stopping()
      deadline = setTimeout(() => {
        log('service.stop-late', { milliseconds: STOP_DEADLINE_MS })
        system.exit(exitCodes.failed)
      }, STOP_DEADLINE_MS)
      resolve()
    })
  })
  try {
    return await run(live, system, { log, eventLog, supervisor, hangUps, stopAsked })
  } finally {
    supervisor.close()
    hangUps?.close()
    clearTimeout(deadline)
    unwatch()
  }
}

interface Run {
  readonly log: Log
  readonly eventLog: Pick<EventLog, 'level'>
  readonly supervisor: Supervisor
  /** null where SIGHUP stops. */
  readonly hangUps: HangUps | null
  readonly stopAsked: Promise<void>
}

async function run(live: LiveConfig, system: ServeSystem, parts: Run): Promise<number> {
  const { log, supervisor, hangUps, stopAsked } = parts
  const { config } = live
  const { root, host, port, apiHost, apiPort } = config
  let service: RunningService | undefined
  let control: Control | undefined
  try {
    service = await system.startService({
      root,
      // All addresses, of the families that this machine has.
      ...(host === '::' ? {} : { host }),
      port,
      ...liveSettings(config),
      // Others are told of an API that they can reach.
      apiPort: isLoopback(apiHost) ? 0 : apiPort,
      log,
    })
    const tokens = new AccessTokens(root)
    const tokenFile = isLoopback(apiHost) ? null : await tokens.ensureFirst()
    control = createControl({
      service,
      host: apiHost,
      port: apiPort,
      names: () => live.config.apiNames,
      tokens: withCredentials(tokens, system.environment),
      log,
      metricsPeers: () => live.config.metricsPeers,
    })
    const url = reachableUrl((await control.listen()).url)
    const lines = startLines(service.identity(), service.swarms(), reachableAddress(host), url)
    if (tokenFile !== null) lines.push(`The API asks for a token; the first one is in ${tokenFile}`)
    for (const line of lines) system.out(`${line}\n`)
    log('service.started', { ...service.identity(), api: url })
    const running = service
    await supervisor.ready(lines[0] ?? '')
    supervisor.watch(() => sayWhatGoesOn(running))
    let reloaded = Promise.resolve()
    hangUps?.begin(() => {
      reloaded = reloaded.then(() => reload(live, running, parts))
    })
    system.progress?.begin(service)
    await stopAsked
    system.progress?.end()
    hangUps?.end()
    service.callOff()
    await control.close()
    await service.stop()
    log('service.stopped', {})
    return exitCodes.ok
  } catch (error) {
    const { code, line } = explainFailure(error, config)
    system.err(`swarmd: ${line}\n`, 'error')
    if (code === exitCodes.failed) log('service.failed', { error })
    await Promise.allSettled([control?.close(), service?.stop()])
    return code
  }
}

/** One line for systemd. It needs the event loop, and a thread of those that read and write files. */
async function sayWhatGoesOn(service: RunningService): Promise<string> {
  await service.measures()
  const swarms = service.swarms()
  const sum = (rate: 'downloadRate' | 'uploadRate'): string =>
    (swarms.reduce((total, swarm) => total + swarm[rate], 0) / 1e6).toFixed(1)
  return `${rolesOf(swarms)}; ${sum('downloadRate')} MB/s in, ${sum('uploadRate')} MB/s out`
}

/** Reads the settings again; says what has become of that, in the log and to systemd. */
async function reload(live: LiveConfig, service: RunningService, parts: Run): Promise<void> {
  const { log, eventLog, supervisor } = parts
  await supervisor.reloading()
  let status = 'the settings are as before'
  try {
    const changed = await live.reload()
    const before = eventLog.level
    const { logLevel } = live.config
    eventLog.level = logLevel
    await service.follow(liveSettings(live.config))
    // Who turns the log down is answered all the same.
    eventLog.level = louder(before, logLevel)
    log('config.reloaded', { changed })
    eventLog.level = logLevel
    if (changed.length > 0)
      status = `read again: ${changed.map(({ key, holds }) => `${key} holds ${holds}`).join(', ')}`
  } catch (error) {
    // Whatever is wrong: who asks for other settings does not ask for the end.
    if (error instanceof ConfigError) log('config.refused', { reason: error.message })
    else log('bug', { error })
    status = `the settings stay as they were: ${error instanceof Error ? error.message : String(error)}`
  }
  await supervisor.ready(status)
}

interface SystemError {
  readonly code?: string
  readonly syscall?: string
  readonly port?: number
  readonly message?: string
  readonly cause?: unknown
}

/** The system's words for a root that it does not let us have, and what to do. A port is refused by the first two. */
const refusals: Readonly<Record<string, (root: string) => string>> = {
  EACCES: (root) => `let the user who runs this write in ${root}, or give another --root`,
  EPERM: (root) => `let the user who runs this write in ${root}, or give another --root`,
  ENOENT: () => 'give a --root that is there or can be made',
  ENOTDIR: () => 'give a --root that is there or can be made',
  EROFS: (root) =>
    `in a unit of systemd, allow it with ReadWritePaths=${root} (systemctl edit); else give another --root`,
}

/** One line for whoever started it, and what to exit with. */
function explainFailure(error: unknown, config: ServeConfig): { readonly code: number; readonly line: string } {
  for (let cause = error as SystemError | undefined; isObject(cause); cause = cause.cause as SystemError | undefined) {
    const flag = cause.port === config.apiPort ? '--api-port' : '--port'
    if (cause.code === 'EADDRINUSE') {
      // Node binds for datagrams, and listens for connections.
      const kind = cause.syscall === 'bind' ? 'UDP port' : 'port'
      const line = `${kind} ${cause.port ?? config.port} is in use; stop the program that has it, or give another ${flag}`
      return { code: exitCodes.unavailable, line }
    }
    if (cause.code === 'EADDRNOTAVAIL') {
      const hostFlag = cause.port === config.apiPort ? '--api-host' : '--host'
      return { code: exitCodes.config, line: `${hostFlag}: this machine has no such address (${cause.message})` }
    }
    if (cause instanceof ConfigError) return { code: exitCodes.config, line: cause.message }
    if (cause instanceof RootLockedError) return { code: exitCodes.unavailable, line: cause.message }
    const wayOut = refusals[cause.code ?? '']
    if (wayOut !== undefined) {
      const line =
        cause.port === undefined
          ? `--root ${config.root}: ${cause.message}; ${wayOut(config.root)}`
          : `${flag}: ${cause.message}; give one that needs no rights, above 1023`
      return { code: exitCodes.config, line }
    }
  }
  return { code: exitCodes.failed, line: error instanceof Error ? error.message : String(error) }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
