/**
 * Tokens for the control plane. Only their hashes are kept, so that nobody who reads the state can use one; the secret
 * itself is shown once. The very first is kept beside them in a file that only its owner may read, as somebody has to
 * get in.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import {
  makeFolder,
  monotonicNow,
  pathExists,
  readStateFile,
  removeTree,
  wallClock,
  writeStateFile,
  writeWholeFile,
} from '../io/index.ts'
import { RootFolder } from './root-folder.ts'

/** What a token opens. Each opens what those after it do: `write`, `read`, `metrics`. */
export type AccessScope = 'write' | 'read' | 'metrics'

export const ACCESS_SCOPES: readonly AccessScope[] = ['write', 'read', 'metrics']

export interface AccessTokenView {
  /** For `revoke`. */
  readonly id: string
  readonly scope: AccessScope
  /** RFC 3339. */
  readonly createdAt: string
}

interface KeptToken extends AccessTokenView {
  /** SHA-256 of the secret, hex. The secret is 256 random bits, so it needs no salt and no slow hash. */
  readonly hash: string
}

const SECRET_BYTES = 32
/** A token that is revoked by another process opens nothing after this. */
const FRESH_MS = 1_000
const MAX_TOKENS = 1_000

/** The tokens below one root. Several processes may have it open: the service, and the command that makes tokens. */
export class AccessTokens {
  readonly #root: RootFolder
  #kept: readonly KeptToken[] = []
  #readAt = Number.NEGATIVE_INFINITY
  #reading: Promise<unknown> | null = null

  constructor(root: string) {
    this.#root = new RootFolder(root)
  }

  /**
   * Makes the first token, scope `write`, when there is none at all. Returns the path of the file that has it, mode
   * 0600, or null when that file is not there (any more). @throws StorageError
   */
  async ensureFirst(): Promise<string | null> {
    if ((await this.#read()).length === 0) {
      const { token } = await this.create('write')
      await writeWholeFile(this.#root.firstToken, Buffer.from(`${token}\n`))
    }
    return (await pathExists(this.#root.firstToken)) ? this.#root.firstToken : null
  }

  /** A new token; its text is told now and never again. @throws RangeError, StorageError */
  async create(scope: AccessScope): Promise<AccessTokenView & { readonly token: string }> {
    const token = `swarmd_${randomBytes(SECRET_BYTES).toString('base64url')}`
    const view: AccessTokenView = {
      id: randomBytes(4).toString('hex'),
      scope,
      createdAt: wallClock().toISOString(),
    }
    const kept = await this.#read()
    if (kept.length >= MAX_TOKENS) throw new RangeError(`there are ${MAX_TOKENS} tokens already; revoke some`)
    await this.#write([...kept, { ...view, hash: hashOf(token).toString('hex') }])
    return { ...view, token }
  }

  /** Oldest first. @throws StorageError */
  async list(): Promise<AccessTokenView[]> {
    return (await this.#read()).map(({ id, scope, createdAt }) => ({ id, scope, createdAt }))
  }

  /** False when there is no such token. Running services notice within a second. @throws StorageError */
  async revoke(id: string): Promise<boolean> {
    const kept = await this.#read()
    const left = kept.filter((token) => token.id !== id)
    if (left.length === kept.length) return false
    await this.#write(left)
    // Once more: the state before the last, which is what a damaged file falls back to, must not have it either.
    await this.#write(left)
    if (kept[0]?.id === id) await removeTree(this.#root.firstToken)
    return true
  }

  /** What the token opens; null when it is none of ours. Takes as long for any text of this length. @throws StorageError */
  async check(token: string): Promise<AccessScope | null> {
    if (monotonicNow() - this.#readAt > FRESH_MS) await this.#readAgain()
    const given = hashOf(token)
    let scope: AccessScope | null = null
    for (const kept of this.#kept) {
      if (timingSafeEqual(given, Buffer.from(kept.hash, 'hex'))) scope = kept.scope
    }
    return scope
  }

  /** Once for all who ask at the same time. */
  async #readAgain(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null
    })
    await this.#reading
  }

  async #read(): Promise<readonly KeptToken[]> {
    const read = await readStateFile(this.#root.tokens)
    this.#kept = 'value' in read && Array.isArray(read.value) ? read.value.filter(isKeptToken) : []
    this.#readAt = monotonicNow()
    return this.#kept
  }

  async #write(kept: readonly KeptToken[]): Promise<void> {
    await makeFolder(this.#root.state, 0o700)
    await writeStateFile(this.#root.tokens, kept)
    this.#kept = kept
  }
}

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()

function isKeptToken(value: unknown): value is KeptToken {
  if (typeof value !== 'object' || value === null) return false
  const { id, scope, createdAt, hash } = value as Record<string, unknown>
  return (
    typeof id === 'string' &&
    ACCESS_SCOPES.includes(scope as AccessScope) &&
    typeof createdAt === 'string' &&
    typeof hash === 'string' &&
    /^[0-9a-f]{64}$/.test(hash)
  )
}
