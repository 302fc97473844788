/** Every command that speaks to a running service, one file each. To add one: write its file and name it here. */
import type { ClientCommand } from '../client/client-command.ts'
import { add } from './add.ts'
import { completeSwarms } from './complete-swarms.ts'
import { completions } from './completions.ts'
import { create } from './create.ts'
import { doctor } from './doctor.ts'
import { events } from './events.ts'
import { files } from './files.ts'
import { get } from './get.ts'
import { limits } from './limits.ts'
import { ls } from './ls.ts'
import { magnet } from './magnet.ts'
import { manifest } from './manifest.ts'
import { members } from './members.ts'
import { peers } from './peers.ts'
import { pieces } from './pieces.ts'
import { recheck } from './recheck.ts'
import { rm } from './rm.ts'
import { set } from './set.ts'
import { show } from './show.ts'
import { start } from './start.ts'
import { stop } from './stop.ts'
import { watch } from './watch.ts'
import { why } from './why.ts'

/** In the order that the help shows. */
export const clientCommands: readonly ClientCommand[] = [
  get,
  add,
  ls,
  show,
  files,
  peers,
  why,
  pieces,
  manifest,
  watch,
  events,
  members,
  create,
  magnet,
  start,
  stop,
  set,
  limits,
  recheck,
  rm,
  doctor,
  completions,
  completeSwarms,
]
