import { MyriadError } from '../errors.js'
import { type AccountAnswer, type AccountCode, type AccountRefusal, accountCodes } from '../protocol/account-codes.js'

/** What of `fetch` is used here. */
export type Fetch = (
  url: string,
  init: { method: string; headers: Record<string, string>; body: string; signal?: AbortSignal },
) => Promise<{ readonly ok: boolean; readonly status: number; json(): Promise<unknown> }>

export interface AccountOptions {
  /** The server's address: the `ws:` or `wss:` one that `connect` takes, or that of its page. */
  readonly url: string
  readonly account: string
  readonly password: string
  /** The runtime's own by default. */
  readonly fetch?: Fetch
}

/** From asking to the answer. */
export const ACCOUNT_TIMEOUT_MS = 15_000

/** The server refused to register or to log in. */
export class AccountError extends MyriadError {
  constructor(
    readonly reason: AccountCode,
    text: string,
    /** Seconds after which it is worth another try; 0 where waiting does not help. */
    readonly retryAfterS: number,
  ) {
    super('CONNECT_FAILED', text)
  }
}

/**
 * Makes an account, and resolves with a token for `connect`. Rejects with an `AccountError` when the server refuses, with
 * `CONNECT_FAILED` when it cannot be reached or has no accounts.
 */
export const register = (options: AccountOptions): Promise<AccountAnswer> => ask('register', options)

/** The same of an account that there is. */
export const login = (options: AccountOptions): Promise<AccountAnswer> => ask('login', options)

async function ask(request: 'register' | 'login', options: AccountOptions): Promise<AccountAnswer> {
  const { account, password, fetch: given = globalThis.fetch as Fetch } = options
  const url = new URL(`/${request}`, options.url.replace(/^ws/, 'http')).href
  const failed = (why: string, cause?: unknown): MyriadError =>
    new MyriadError('CONNECT_FAILED', `cannot ${request} at ${url}: ${why}`, { cause })
  let response: Awaited<ReturnType<Fetch>>
  let answer: unknown
  try {
    const headers = { 'content-type': 'application/json' }
    const signal = AbortSignal.timeout(ACCOUNT_TIMEOUT_MS)
    response = await given(url, { method: 'POST', headers, body: JSON.stringify({ account, password }), signal })
    // What is not for accounts answers in plain text.
    answer = await response.json().catch(() => undefined)
  } catch (cause) {
    throw failed(cause instanceof Error ? cause.message : String(cause), cause)
  }
  if (response.ok && isAnswer(answer)) return answer
  if (isRefusal(answer)) throw new AccountError(answer.error, `${request} was refused: ${answer.text}`, answer.retryAfterS ?? 0)
  const remedy = response.status === 405 || response.status === 404 ? ', so there are no accounts with passwords' : ''
  throw failed(`it answered ${response.status}${remedy}`)
}

function isAnswer(value: unknown): value is AccountAnswer {
  return typeof value === 'object' && value !== null && 'token' in value && typeof value.token === 'string'
}

function isRefusal(value: unknown): value is AccountRefusal {
  return typeof value === 'object' && value !== null && 'error' in value && Object.hasOwn(accountCodes, String(value.error))
}
