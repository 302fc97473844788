import { spawn } from 'node:child_process'

/** Two ports of the bridge between which nothing passes, in either direction. */
export type PortPair = readonly [one: string, other: string]

/** `forbidden` holds for good, `parted` until the partition is healed. */
type SetName = 'forbidden' | 'parted'

/**
 * What the bridge of a lab lets through: nftables rules at its forward hook, so that ARP and multicast are cut off as well,
 * and both ends see no more than silence, as when a cable is pulled.
 */
export class LabFirewall {
  readonly #namespace: string
  #isSetUp = false

  /** @param namespace where the bridge is */
  constructor(namespace: string) {
    this.#namespace = namespace
  }

  /** Nothing passes between these any more. */
  async forbid(pairs: readonly PortPair[]): Promise<void> {
    await this.#change('forbidden', pairs, '')
  }

  /** Nothing passes between these, everything between those of the partition before. */
  async part(pairs: readonly PortPair[]): Promise<void> {
    await this.#change('parted', pairs, 'flush set bridge lab parted\n')
  }

  async #change(set: SetName, pairs: readonly PortPair[], before: string): Promise<void> {
    const elements = pairs.flatMap(([one, other]) => [`"${one}" . "${other}"`, `"${other}" . "${one}"`])
    const added = elements.length === 0 ? '' : `add element bridge lab ${set} { ${elements.join(', ')} }\n`
    const rules = this.#isSetUp ? '' : RULES
    this.#isSetUp = true
    await this.#nft(rules + before + added)
  }

  /** One transaction: all of it holds from the same moment on. */
  #nft(script: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const child = spawn('ip', ['netns', 'exec', this.#namespace, 'nft', '-f', '-'], { timeout: 10_000 })
      const err: Buffer[] = []
      child.stderr.on('data', (bytes: Buffer) => err.push(bytes))
      child.stdin.on('error', () => undefined)
      child.once('error', reject)
      child.once('close', (code) => {
        if (code === 0) resolve()
        else reject(new Error(`nft refused ${script}: ${Buffer.concat(err).toString()}`))
      })
      child.stdin.end(script)
    })
  }
}

const RULES = `table bridge lab {
  set forbidden {
    type ifname . ifname
  }
  set parted {
    type ifname . ifname
  }
  chain forward {
    type filter hook forward priority 0; policy accept;
    iifname . oifname @forbidden drop
    iifname . oifname @parted drop
  }
}
`
