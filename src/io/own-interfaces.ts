import os from 'node:os'

export type OwnInterfaces = ReturnType<typeof os.networkInterfaces>

let last: OwnInterfaces = {}

/** This machine's interfaces, or while the system does not tell, as for want of a file descriptor, those that it told of last. */
export function ownInterfaces(): OwnInterfaces {
  try {
    last = os.networkInterfaces()
  } catch {
    // Sockets and files have all descriptors: what needs one more than we do says so itself.
  }
  return last
}
