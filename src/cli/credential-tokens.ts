/**
 * Tokens that systemd hands over (LoadCredential=), beside those that are kept in the state: the same on all machines of a
 * lab, if they are to be.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AccessScope } from '../service/index.ts'
import { ConfigError } from './config/config-error.ts'
import type { Environment } from './config/effective-settings.ts'

/** What each opens. */
const SCOPES: Readonly<Record<string, AccessScope>> = {
  'swarmd.api-token': 'write',
  'swarmd.metrics-token': 'metrics',
}
/** Less can be guessed. */
const LEAST_LENGTH = 20

interface Tokens {
  check(token: string): Promise<AccessScope | null>
}

/** These tokens, and those of the credentials that there are. @throws ConfigError */
export function withCredentials(tokens: Tokens, environment: Environment): Tokens {
  const directory = environment['CREDENTIALS_DIRECTORY'] ?? ''
  if (directory === '') return tokens
  const given = Object.entries(SCOPES).flatMap(([name, scope]) => {
    const credential = readCredential(join(directory, name))
    return credential === null ? [] : [{ hash: hashOf(credential), scope }]
  })
  if (given.length === 0) return tokens
  return {
    check: async (token) => {
      const hash = hashOf(token)
      return given.find((each) => timingSafeEqual(each.hash, hash))?.scope ?? tokens.check(token)
    },
  }
}

function readCredential(file: string): string | null {
  let text: string
  try {
    text = readFileSync(file, 'utf8').trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new ConfigError(file, "can't be read", error instanceof Error ? error.message : String(error))
  }
  if (text.length >= LEAST_LENGTH) return text
  throw new ConfigError(file, '(not shown)', `give at least ${LEAST_LENGTH} characters, as openssl rand -hex 32 does`)
}

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest()
