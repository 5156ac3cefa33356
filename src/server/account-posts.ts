import type { HttpAnswer, PostReader, TransportHandlers } from '../ports/transport.js'
import { type AccountCode, type AccountRefusal, accountCodes } from '../protocol/account-codes.js'
import { type AccountDesk, type AccountOutcome, type AccountRequest, passwordText } from './account-desk.js'

/** A name and a password, with room for every character of both being escaped. */
const BODY_BYTES_MAX = 4_096
const JSON_TYPE = 'application/json; charset=utf-8'
const CREATED = 201

const requests: ReadonlyMap<string, AccountRequest> = new Map([
  ['/register', 'register'],
  ['/login', 'login'],
])

const statuses: Readonly<Record<AccountCode, number>> = {
  malformed: 400,
  badName: 400,
  badPassword: 400,
  wrongLogin: 403,
  locked: 403,
  closed: 403,
  nameTaken: 409,
  tooMany: 429,
  busy: 503,
  unavailable: 503,
}

/** `POST /register` and `POST /login`: JSON in, JSON out. Neither a body nor a part of one is ever told to anybody. */
export function createAccountPosts(desk: AccountDesk, passwordCharsMin: number): NonNullable<TransportHandlers['post']> {
  const answerOf = (request: AccountRequest, outcome: AccountOutcome): HttpAnswer => {
    if (outcome.ok) return json(request === 'register' ? CREATED : 200, outcome.answer)
    const { code, retryAfterS } = outcome
    const text = code === 'badPassword' ? `Not a password: ${passwordText(passwordCharsMin)}.` : accountCodes[code]
    const refusal: AccountRefusal = { error: code, text, ...(retryAfterS === undefined ? {} : { retryAfterS }) }
    const headers = retryAfterS === undefined ? undefined : { 'Retry-After': String(retryAfterS) }
    return { ...json(statuses[code], refusal), headers }
  }
  return ({ path, address, contentType }): HttpAnswer | PostReader | undefined => {
    const request = requests.get(path)
    if (request === undefined) return undefined
    const refused = desk.admit(request, address)
    if (refused !== undefined) return answerOf(request, refused)
    // A page can send other types to any server without asking first.
    if (!/^application\/json\s*(;|$)/i.test(contentType))
      return { ...json(415, wrongType), headers: { Accept: 'application/json' } }
    return {
      bodyBytesMax: BODY_BYTES_MAX,
      async answer(body) {
        const { account, password } = fieldsOf(body)
        return answerOf(request, await desk.ask(request, account, password))
      },
    }
  }
}

const wrongType: AccountRefusal = { error: 'malformed', text: 'The content type must be application/json.' }

const json = (status: number, value: object): HttpAnswer => ({ status, contentType: JSON_TYPE, body: JSON.stringify(value) })

/** Nothing of what cannot be read is kept: the parser's error would show a part of it. */
function fieldsOf(body: Uint8Array): { readonly account?: unknown; readonly password?: unknown } {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
  } catch {
    return {}
  }
}
