/** Turns passwords into what may be kept of them. Both calls take long on purpose, and never on the caller's thread. */
export interface Passwords {
  /** A text that says how it was made and holds a salt of its own: the same password gives another text each time. */
  hash(password: string): Promise<string>
  /** Whether the hash was made of the password. With `null`, the hash of an account that is not there: false, after the same time. */
  matches(password: string, hash: string | null): Promise<boolean>
}
