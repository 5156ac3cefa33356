/** Why `/register` and `/login` refuse; the field `error` of their answer. */
export const accountCodes = Object.freeze({
  malformed: 'The body is not {"account": text, "password": text}.',
  badName: 'Not a name: letters, digits, hyphen and underscore, 3 to 24 of them.',
  badPassword: 'The password is too short or too long, is the name, or holds control characters.',
  nameTaken: 'Somebody else has this name.',
  wrongLogin: 'There is no such account, or its password is another.',
  locked: 'The account is locked.',
  closed: 'Nobody can register here.',
  tooMany: 'Too many tries from this address or for this account; wait as long as Retry-After says.',
  busy: 'Too many others are waiting; try again in a moment.',
  unavailable: 'Accounts cannot be reached now; try again later.',
})
export type AccountCode = keyof typeof accountCodes

/** What a refusal holds, as JSON. */
export interface AccountRefusal {
  readonly error: AccountCode
  /** For people. */
  readonly text: string
  /** Seconds after which it is worth another try; with `tooMany` and `busy`. */
  readonly retryAfterS?: number
}

/** What a success holds, as JSON. */
export interface AccountAnswer {
  /** The name as it was registered. */
  readonly account: string
  /** For `session.hello`. */
  readonly token: string
  /** How long the token is good, in seconds. */
  readonly expiresS: number
}
