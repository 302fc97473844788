import { constants } from 'node:fs'
import { access, readFile, statfs } from 'node:fs/promises'
import path from 'node:path'
import { formatBytes } from '../terminal/quantities.ts'
import { bad, type Finding, good, warn } from './finding.ts'

const LEAST_FREE = 1_000_000_000
/** A socket each for 200 peers, the files of many swarms. */
const LEAST_OPEN_FILES = 1024
const LEAST_WATCHES = 8192

/** What a service started by this user in this root would find. */
export async function examineMachine(root: string): Promise<Finding[]> {
  return [...(await folders(path.resolve(root))), await openFiles(), await watches()]
}

async function folders(root: string): Promise<Finding[]> {
  const wrong = await access(root, constants.R_OK | constants.W_OK | constants.X_OK).then(
    () => null,
    (error: NodeJS.ErrnoException) => error.code ?? error.message,
  )
  if (wrong === 'ENOENT') return [warn('root', `${root} does not exist`, 'the service makes it when it starts')]
  if (wrong !== null) return [bad('root', `${root} can't be written (${wrong})`, 'change its owner, or give --root')]
  const findings = [good('root', `${root} can be written`)]
  const { bavail, bsize } = await statfs(root)
  const free = bavail * bsize
  const detail = `${formatBytes(free)} free at ${root}`
  findings.push(
    free >= LEAST_FREE
      ? good('disk', detail)
      : warn('disk', detail, 'make room: downloads pause when the disk is full'),
  )
  return findings
}

async function openFiles(): Promise<Finding> {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '')
  const soft = /^Max open files\s+(\d+|unlimited)/m.exec(limits)?.[1]
  if (soft === undefined) return warn('open files', 'the limit is not known', 'see that it is at least 1024')
  const detail = `${soft} allowed for a process`
  if (soft === 'unlimited' || Number(soft) >= LEAST_OPEN_FILES) return good('open files', detail)
  return warn('open files', detail, `raise it with ulimit -n ${LEAST_OPEN_FILES}, or LimitNOFILE= in the unit`)
}

async function watches(): Promise<Finding> {
  const text = await readFile('/proc/sys/fs/inotify/max_user_watches', 'utf8').catch(() => '')
  const most = Number(text.trim() || Number.NaN)
  if (Number.isNaN(most)) return warn('folder watching', 'no inotify here', 'add torrents by swarmd add')
  const detail = `${most} inotify watches for a user`
  if (most >= LEAST_WATCHES) return good('folder watching', detail)
  return warn('folder watching', detail, `raise it with sysctl fs.inotify.max_user_watches=${LEAST_WATCHES}`)
}
