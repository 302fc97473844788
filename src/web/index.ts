/**
 * The page in the browser: swarms, their peers, pieces and choker, the lab. Invariant: it knows nothing but the published
 * API, and whatever comes from a torrent or a peer becomes a text node, never markup. May import: nothing of src; of the
 * rest, the types of the generated client. `npm run generate` bundles it into control/web-page/, which the service serves.
 */
import { startPage } from './parts/start-page.tsx'

startPage()
