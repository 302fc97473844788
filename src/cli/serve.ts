import { createControl, isLoopback, type Control } from '../control/index.ts'
import { AccessTokens, RootLockedError, type RunningService, type ServiceConfig } from '../service/index.ts'
import { exitCodes } from './exit-codes.ts'
import { jsonLog, type Log } from './event-log.ts'
import type { ServeConfig } from './config/serve-config.ts'
import type { ServeProgress } from './serve-progress.ts'
import { connectionLine, reachableAddress, reachableUrl, startLines } from './start-lines.ts'
import { type StopSource, watchStopSignals } from './stop-request.ts'

/** From the signal to the end, whatever is stuck. */
const STOP_DEADLINE_MS = 9_000

export interface ServeSystem extends StopSource {
  startService(config: ServiceConfig): Promise<RunningService>
  /** For people. */
  out(line: string): void
  /** For the log and for errors. */
  err(line: string): void
  /** Bars, when a person looks on. */
  readonly progress?: Pick<ServeProgress, 'begin' | 'end'>
}

/** Runs the service until a signal stops it. Resolves with the exit code. */
export async function serve(config: ServeConfig, system: ServeSystem): Promise<number> {
  const writeJson = jsonLog((line) => system.err(line))
  const log: Log = (event, fields) => {
    writeJson(event, fields)
    const line = connectionLine(event, fields)
    if (line !== null) system.out(`${line}\n`)
  }
  let deadline: NodeJS.Timeout | undefined
  let unwatch = (): void => {}
  const stopAsked = new Promise<void>((resolve) => {
    unwatch = watchStopSignals(system, (signal) => {
      log('service.stopping', { signal })
      deadline = setTimeout(() => {
        log('service.stop-late', { milliseconds: STOP_DEADLINE_MS })
        system.exit(exitCodes.failed)
      }, STOP_DEADLINE_MS)
      resolve()
    })
  })
  try {
    return await run(config, system, log, stopAsked)
  } finally {
    clearTimeout(deadline)
    unwatch()
  }
}

async function run(config: ServeConfig, system: ServeSystem, log: Log, stopAsked: Promise<void>): Promise<number> {
  const { root, host, port, clientPorts, maxConnections, choker, lsd, apiHost, apiPort, apiNames } = config
  let service: RunningService | undefined
  let control: Control | undefined
  try {
    service = await system.startService({ root, host, port, clientPorts, maxConnections, choker, lsd, log })
    const tokens = new AccessTokens(root)
    const tokenFile = isLoopback(apiHost) ? null : await tokens.ensureFirst()
    control = createControl({
      service,
      host: apiHost,
      port: apiPort,
      names: apiNames,
      tokens,
      log,
      metricsPeers: () => config.metricsPeers,
    })
    const url = reachableUrl((await control.listen()).url)
    const lines = startLines(service.identity(), service.swarms(), reachableAddress(host), url)
    if (tokenFile !== null) lines.push(`The API asks for a token; the first one is in ${tokenFile}`)
    for (const line of lines) system.out(`${line}\n`)
    log('service.started', { ...service.identity(), api: url })
    system.progress?.begin(service)
    await stopAsked
    system.progress?.end()
    await control.close()
    await service.stop()
    log('service.stopped', {})
    return exitCodes.ok
  } catch (error) {
    const { code, line } = explainFailure(error, config)
    system.err(`swarmd: ${line}\n`)
    if (code === exitCodes.failed) log('service.failed', { error })
    await Promise.allSettled([control?.close(), service?.stop()])
    return code
  }
}

interface SystemError {
  readonly code?: string
  readonly port?: number
  readonly message?: string
  readonly cause?: unknown
}

/** The system's words for a root or a port that it does not let us have. */
const refusals: ReadonlySet<string | undefined> = new Set(['EACCES', 'EPERM', 'ENOTDIR', 'EROFS'])

/** One line for whoever started it, and what to exit with. */
function explainFailure(error: unknown, config: ServeConfig): { readonly code: number; readonly line: string } {
  for (let cause = error as SystemError | undefined; isObject(cause); cause = cause.cause as SystemError | undefined) {
    const flag = cause.port === config.apiPort ? '--api-port' : '--port'
    if (cause.code === 'EADDRINUSE') {
      const line = `port ${cause.port ?? config.port} is in use; stop the program that has it, or give another ${flag}`
      return { code: exitCodes.unavailable, line }
    }
    if (cause.code === 'EADDRNOTAVAIL') {
      const hostFlag = cause.port === config.apiPort ? '--api-host' : '--host'
      return { code: exitCodes.config, line: `${hostFlag}: this machine has no such address (${cause.message})` }
    }
    if (cause instanceof RootLockedError) return { code: exitCodes.unavailable, line: cause.message }
    if (refusals.has(cause.code)) {
      const line = cause.port === undefined ? `--root ${config.root}: ${cause.message}` : `${flag}: ${cause.message}`
      return { code: exitCodes.config, line }
    }
  }
  return { code: exitCodes.failed, line: error instanceof Error ? error.message : String(error) }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
