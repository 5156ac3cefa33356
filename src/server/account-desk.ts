import { signAccountToken } from '../adapters/account-identity.js'
import { readSecret } from '../adapters/jwt-identity.js'
import { nameKey } from '../adapters/name-key.js'
import { oneLine } from '../config.js'
import type { AccountRow, Accounts } from '../ports/accounts.js'
import type { Clock } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import type { Passwords } from '../ports/passwords.js'
import type { AccountAnswer, AccountCode } from '../protocol/account-codes.js'
import { Attempts, addressKey } from './attempts.js'
import { HashLine } from './hash-line.js'
import { isAccountName, isPassword, PASSWORD_CHARS_MAX } from './password-rules.js'
import type { ServerConfig } from './server-config.js'

const MS_PER_MINUTE = 60_000
const MS_PER_HOUR = 3_600_000
const BUSY_RETRY_S = 2

export type AccountRequest = 'register' | 'login'

/** What came of a request. */
export type AccountOutcome =
  | { readonly ok: true; readonly answer: AccountAnswer }
  | { readonly ok: false; readonly code: AccountCode; readonly retryAfterS?: number }

export interface AccountDeskOptions {
  readonly accounts: Accounts
  readonly passwords: Passwords
  readonly clock: Clock
  readonly log: Log
  /** Signs the tokens. */
  readonly secret: Uint8Array
  readonly config: ServerConfig
}

const refusal = (code: AccountCode): AccountOutcome => ({ ok: false, code })
const tooMany = (waitMs: number): AccountOutcome => ({ ok: false, code: 'tooMany', retryAfterS: Math.ceil(waitMs / 1000) })
const busy: AccountOutcome = { ok: false, code: 'busy', retryAfterS: BUSY_RETRY_S }

/**
 * Registers accounts and lets them log in, beside the world and never in its thread's way: tries are limited by address and by account,
 * passwords are hashed one after the other elsewhere. Nothing of a password or token leaves it but in the answer.
 */
export class AccountDesk {
  /** Requests by `<request>|<code>`, `ok` among the codes. */
  readonly counts = new Map<string, number>()
  private readonly hashes = new HashLine()
  private readonly byAddress: Readonly<Record<AccountRequest, Attempts>>
  private readonly byAccount: Attempts

  constructor(private readonly options: AccountDeskOptions) {
    const { config, clock } = options
    const { addressLoginsPerMin: logins, addressRegistersPerHour: registers, accountTriesMax } = config
    this.byAddress = {
      login: new Attempts({ countMax: logins, everyMs: MS_PER_MINUTE / logins }, clock),
      register: new Attempts({ countMax: registers, everyMs: MS_PER_HOUR / registers }, clock),
    }
    this.byAccount = new Attempts({ countMax: accountTriesMax, everyMs: MS_PER_MINUTE }, clock)
  }

  /** Whether one more request of that address is heard of; a refusal otherwise. */
  admit(request: AccountRequest, address: string): AccountOutcome | undefined {
    if (request === 'register' && this.options.config.accounts !== 'open') return this.counted(request, refusal('closed'))
    const waitMs = this.byAddress[request].take(addressKey(address))
    return waitMs === 0 ? undefined : this.counted(request, tooMany(waitMs))
  }

  async ask(request: AccountRequest, name: unknown, password: unknown): Promise<AccountOutcome> {
    return this.counted(request, await this.outcomeOf(request, name, password))
  }

  private async outcomeOf(request: AccountRequest, name: unknown, password: unknown): Promise<AccountOutcome> {
    if (typeof name !== 'string' || typeof password !== 'string') return refusal('malformed')
    if (!isAccountName(name)) return refusal('badName')
    try {
      return request === 'login' ? await this.login(name, password) : await this.register(name, password)
    } catch (error) {
      this.options.log.warn({ request, error: oneLine(error) }, 'an account could not be asked for')
      return refusal('unavailable')
    }
  }

  private async register(name: string, password: string): Promise<AccountOutcome> {
    const { accounts, passwords, config } = this.options
    if (!isPassword(password, config.passwordCharsMin) || nameKey(password) === nameKey(name)) return refusal('badPassword')
    if (this.hashes.isFull) return busy
    const row = await this.hashes.run(async () => {
      if ((await accounts.findAccount(name)) !== null) return null
      return accounts.createAccount(name, await passwords.hash(password))
    })
    return row === null ? refusal('nameTaken') : this.welcome(row)
  }

  /** The answer, and the time it takes, tell nobody whether there is such an account. */
  private async login(name: string, password: string): Promise<AccountOutcome> {
    const { accounts, passwords } = this.options
    if (!isPassword(password, 0)) return refusal('badPassword')
    const key = nameKey(name)
    // Taken before it is known whether the password is right, or a thousand tries at once would all be let through.
    const waitMs = this.byAccount.take(key)
    if (waitMs > 0) return tooMany(waitMs)
    if (this.hashes.isFull) {
      this.byAccount.giveBack(key)
      return busy
    }
    const turn = this.hashes.run(async () => {
      const found = await accounts.findAccount(name)
      return (await passwords.matches(password, found === null ? null : found.passwordHash)) ? found : null
    })
    const row = await turn.catch((error: unknown) => {
      // No password was found wrong.
      this.byAccount.giveBack(key)
      throw error
    })
    if (row === null) return refusal('wrongLogin')
    this.byAccount.giveBack(key)
    return row.isLocked ? refusal('locked') : this.welcome(row)
  }

  private async welcome(row: AccountRow): Promise<AccountOutcome> {
    const { secret, config } = this.options
    const token = await signAccountToken(secret, row, config.accountTokenS)
    return { ok: true, answer: { account: row.name, token, expiresS: config.accountTokenS } }
  }

  private counted(request: AccountRequest, outcome: AccountOutcome): AccountOutcome {
    const key = `${request}|${outcome.ok ? 'ok' : outcome.code}`
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1)
    return outcome
  }
}

/** The desk of a server that has accounts. Throws `BAD_CONFIG` for a secret that cannot be used. */
export function createAccountDesk(
  config: ServerConfig,
  ports: Omit<AccountDeskOptions, 'secret' | 'config'>,
): AccountDesk | undefined {
  if (config.accounts === 'off') return undefined
  return new AccountDesk({ ...ports, secret: readSecret(config.jwtSecretFile), config })
}

/** The rule for passwords, for people. */
export const passwordText = (charsMin: number): string =>
  `a password has ${charsMin} to ${PASSWORD_CHARS_MAX} characters, none of them a control character, and is not the name`
