/** The token that systemd hands over (LoadCredential=), beside those that are kept in the state. */
import { createHash, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AccessScope } from '../service/index.ts'
import { ConfigError } from './config/config-error.ts'
import type { Environment } from './config/effective-settings.ts'

const NAME = 'swarmd.api-token'
/** Less can be guessed. */
const LEAST_LENGTH = 20

interface Tokens {
  check(token: string): Promise<AccessScope | null>
}

/** These tokens, and for all scopes the one of the credential, if there is one. @throws ConfigError */
export function withCredential(tokens: Tokens, environment: Environment): Tokens {
  const credential = readCredential(environment)
  if (credential === null) return tokens
  const wanted = hashOf(credential)
  return { check: async (token) => (timingSafeEqual(hashOf(token), wanted) ? 'write' : tokens.check(token)) }
}

function readCredential(environment: Environment): string | null {
  const directory = environment['CREDENTIALS_DIRECTORY']
  if (directory === undefined || directory === '') return null
  const file = join(directory, NAME)
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
