/** Every resource of the API, one plugin each. To add one: write its file and name it here. */
import { choker } from './choker.ts'
import { content } from './content.ts'
import { contentTickets } from './content-tickets.ts'
import { docs } from './docs.ts'
import { events } from './events.ts'
import { files } from './files.ts'
import { health } from './health.ts'
import { metrics } from './metrics.ts'
import { metricsTargets } from './metrics-targets.ts'
import { network } from './network.ts'
import { openApiFile } from './open-api-file.ts'
import { limits } from './limits.ts'
import { magnet } from './magnet.ts'
import { manifest } from './manifest.ts'
import { metainfo } from './metainfo.ts'
import { peers } from './peers.ts'
import { pieces } from './pieces.ts'
import { problems } from './problems.ts'
import { recheck } from './recheck.ts'
import { root } from './root.ts'
import { swarmActions } from './swarm-actions.ts'
import { swarms } from './swarms.ts'
import { torrents } from './torrents.ts'
import { trackers } from './trackers.ts'
import { version } from './version.ts'
import { webPage } from './web-page.ts'

export const resources = [
  root,
  webPage,
  events,
  swarms,
  swarmActions,
  torrents,
  recheck,
  metainfo,
  manifest,
  magnet,
  peers,
  pieces,
  choker,
  files,
  trackers,
  content,
  contentTickets,
  limits,
  network,
  health,
  version,
  metrics,
  metricsTargets,
  openApiFile,
  docs,
  problems,
] as const
