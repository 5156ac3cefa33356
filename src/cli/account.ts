import { existsSync, readFileSync } from 'node:fs'
import { createArgon2Passwords } from '../adapters/argon2-passwords.js'
import { type AccountCalls, openAccounts } from '../adapters/sqlite-accounts.js'
import { oneLine } from '../config.js'
import type { Config } from '../config-keys.js'
import { MyriadError } from '../errors.js'
import type { AccountChange, AccountRow } from '../ports/accounts.js'
import { accountCodes } from '../protocol/account-codes.js'
import { passwordText } from '../server/account-desk.js'
import { isAccountName, isPassword } from '../server/password-rules.js'
import { FAILED_EXIT_CODE } from './exit-codes.js'
import { HOST_STORE } from './host.js'
import type { CliIo } from './io.js'
import { columns } from './text.js'

/**
 * Shows an account, after changing what the flags name; with a password for a name that is free, makes it. The server may be running: it
 * asks for the account at each login. The exit code is 1 when there is no such account.
 */
export async function runAccount(config: Config<'account'>, name: string, io: CliIo): Promise<number> {
  if (!isAccountName(name)) throw new MyriadError('BAD_CONFIG', `account ${oneLine(name)}: ${accountCodes.badName}`)
  const path = pathOf(config.store)
  const change = await changeOf(config)
  const { accounts, close } = openAccounts(path)
  let row: AccountRow | null
  try {
    row = changed(accounts, name, change)
  } finally {
    close()
  }
  if (row === null) {
    io.err(`myriad account: ${name} is not in ${path}; make it with --password-file\n`)
    return FAILED_EXIT_CODE
  }
  const { role, isLocked } = row
  const rows = [
    ['account', row.name],
    ['role', role],
    ['locked', isLocked ? 'yes' : 'no'],
  ]
  io.out(config.json ? `${JSON.stringify({ account: row.name, role, isLocked })}\n` : `${columns(rows)}\n`)
  return 0
}

function pathOf(store: string): string {
  const setting = store === '' ? HOST_STORE : store
  const path = /^sqlite:(.+)$/.exec(setting)?.[1]
  if (path === undefined) throw new MyriadError('BAD_CONFIG', `store is ${setting}, which keeps no accounts; name sqlite:<file>`)
  if (existsSync(path)) return path
  throw new MyriadError(
    'BAD_CONFIG',
    `store ${oneLine(path)} is not there; name the file of the server with --store sqlite:<file>`,
  )
}

async function changeOf({ passwordFile, passwordCharsMin, lock, setRole }: Config<'account'>): Promise<AccountChange> {
  return {
    ...(passwordFile === '' ? {} : { passwordHash: await hashOf(passwordFile, passwordCharsMin) }),
    ...(lock === 'keep' ? {} : { isLocked: lock === 'on' }),
    ...(setRole === 'keep' ? {} : { role: setRole }),
  }
}

/** A password is never a flag: others on the machine can read those, and the shell keeps them. */
async function hashOf(path: string, charsMin: number): Promise<string> {
  let password: string
  try {
    password = readFileSync(path, 'utf8').replace(/\r?\n$/, '')
  } catch (cause) {
    throw new MyriadError('BAD_CONFIG', `passwordFile ${oneLine(path)} cannot be read; name a readable file`, { cause })
  }
  if (isPassword(password, charsMin)) return createArgon2Passwords().hash(password)
  throw new MyriadError('BAD_CONFIG', `passwordFile ${oneLine(path)} holds no password: ${passwordText(charsMin)}`)
}

function changed(accounts: AccountCalls, name: string, change: AccountChange): AccountRow | null {
  const { passwordHash, ...rest } = change
  const created = passwordHash === undefined ? null : accounts.createAccount(name, passwordHash)
  return accounts.changeAccount(name, created === null ? change : rest)
}
