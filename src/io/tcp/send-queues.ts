/**
 * What the system still holds of what we sent: bytes that it has taken and that the far end has not confirmed. A write
 * that is done says nothing of that: Linux takes megabytes for a connection, seconds of a slow uplink.
 *
 * Node has no call for it (SIOCOUTQ), Linux tells it in `/proc/self/net/tcp` and `tcp6` (proc_pid_net(5), `tx_queue`).
 * Both are read as a whole, which takes milliseconds where there is much memory: so this is for some times a second, and
 * all who ask meanwhile share one reading.
 */
import { readFile } from 'node:fs/promises'
import { ipText, type PeerAddress } from '../../protocol/index.ts'

const TABLES = ['/proc/self/net/tcp', '/proc/self/net/tcp6']
/** Of a machine with so many connections the table costs more than it brings. */
const MOST_CHARACTERS = 4 * 1024 * 1024

/** One connection's own end and far end. */
interface Ends {
  readonly local: PeerAddress
  readonly remote: PeerAddress
}

export class SendQueues {
  readonly #bytes = new Map<string, number>()

  /** @param tables texts in the form of `/proc/net/tcp` */
  constructor(tables: readonly string[]) {
    for (const table of tables) {
      for (const line of table.split('\n')) this.#add(line)
    }
  }

  /** Bytes; null for a connection that is not (or no longer) there. */
  of({ local, remote }: Ends): number | null {
    return this.#bytes.get(key(local.port, remote)) ?? null
  }

  #add(line: string): void {
    const [, local, remote, , queues] = line.trim().split(/ +/)
    const queued = Number.parseInt(queues?.split(':')[0] ?? '', 16)
    const far = remote === undefined ? null : endpoint(remote)
    const port = Number.parseInt(local?.split(':')[1] ?? '', 16)
    if (far && port > 0 && queued >= 0) this.#bytes.set(key(port, far), queued)
  }
}

const key = (localPort: number, { host, port }: PeerAddress): string => `${localPort} ${host} ${port}`

/** `0100007F:1388`, or 32 digits before the colon: words of 32 bits in the machine's own order. */
function endpoint(text: string): PeerAddress | null {
  const [digits = '', port = ''] = text.split(':')
  if (digits.length !== 8 && digits.length !== 32) return null
  const bytes = Buffer.from(digits, 'hex')
  if (bytes.length * 2 !== digits.length) return null
  return { host: ipText(LITTLE_ENDIAN ? bytes.swap32() : bytes), port: Number.parseInt(port, 16) }
}

const LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1

let reading: Promise<SendQueues | null> | null = null

/** What waits now, of all connections of this network namespace; null where the system doesn't tell. */
export function readSendQueues(): Promise<SendQueues | null> {
  reading ??= readTables(TABLES).finally(() => {
    reading = null
  })
  return reading
}

/** @param paths a machine without IPv6 has no table for it */
export async function readTables(paths: readonly string[]): Promise<SendQueues | null> {
  try {
    const found = await Promise.all(paths.map(readTable))
    const tables = found.filter((table) => table !== null)
    if (tables.length === 0 || tables.some(({ length }) => length > MOST_CHARACTERS)) return null
    return new SendQueues(tables)
  } catch {
    return null
  }
}

/** null: there is none. */
async function readTable(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'latin1')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
