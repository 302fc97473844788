/**
 * A program: looks at the clock every 2 ms at the highest priority, and on SIGTERM writes as a line of JSON for how long, in
 * milliseconds, it was held up longer than 10 ms each time. Pinned to a core, it is not held up by busy processes: by the
 * kernel at work, perhaps, or by the host of a virtual machine. Which of them it was it can't tell.
 */
import { setPriority } from 'node:os'

const LOOK_MS = 2
const HELD_UP_MS = 10

setPriority(-20)
const heldUp: number[] = []
let at = performance.now()
setInterval(() => {
  const now = performance.now()
  if (now - at - LOOK_MS > HELD_UP_MS) heldUp.push(now - at - LOOK_MS)
  at = now
}, LOOK_MS)
process.once('SIGTERM', () => process.stdout.write(`${JSON.stringify(heldUp)}\n`, () => process.exit(0)))
