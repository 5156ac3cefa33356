import { readSecret, signToken } from '../adapters/jwt-identity.js'
import type { Config } from '../config-keys.js'
import { MyriadError } from '../errors.js'
import type { CliIo } from './io.js'

/** Prints a token by which a client can say hello as an account. */
export async function runToken({ jwtSecretFile, account, role, validS }: Config<'token'>, io: CliIo): Promise<number> {
  if (jwtSecretFile === '')
    throw new MyriadError('BAD_CONFIG', 'a token needs a secret to sign it; name its file with --jwt-secret-file')
  io.out(`${await signToken(readSecret(jwtSecretFile), account, role, validS)}\n`)
  return 0
}
