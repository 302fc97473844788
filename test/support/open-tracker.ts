import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { clientWait } from './client-wait.ts'
import type { LabHost } from './lab-host.ts'
import type { LabProcess } from './lab-process.ts'

const PORT = 6969

/** Debian's opentracker, for swarms without a swarmd. */
export class OpenTracker {
  readonly process: LabProcess

  private constructor(host: LabHost, infoHashes: readonly string[]) {
    // Debian builds it so that it serves the torrents on a list only.
    const listPath = join(host.logFolder, `${host.namespace}-tracker-list`)
    writeFileSync(listPath, infoHashes.map((infoHash) => `${infoHash}\n`).join(''))
    const flags = ['-i', host.address, '-p', String(PORT), '-P', String(PORT), '-w', listPath]
    // It refuses to be root. Were it left to drop root by itself, it would also lose what ends it with the test process.
    const asNobody = ['--reuid=nobody', '--regid=nogroup', '--clear-groups', '--pdeathsig', 'KILL']
    this.process = host.spawn('setpriv', [...asNobody, 'opentracker', ...flags])
  }

  /** Where a tracker on this host will be, for a torrent that is made before it runs. */
  static announceUrl(host: LabHost): string {
    return `http://${host.address}:${PORT}/announce`
  }

  /** @param infoHashes the torrents to serve, 40 hex digits each */
  static async start(host: LabHost, infoHashes: readonly string[]): Promise<OpenTracker> {
    const tracker = new OpenTracker(host, infoHashes)
    const isUp = async (): Promise<boolean> => {
      const answer = await host.request(`http://${host.address}:${PORT}/stats`)
      return answer.status > 0
    }
    await clientWait(tracker.process, 'an answer', isUp, { timeoutMs: 10_000, intervalMs: 50 })
    return tracker
  }
}
