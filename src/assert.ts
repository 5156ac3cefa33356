/** We are wrong: an invariant of ours is broken. The server writes a crash file and exits with 70. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError'
}

/** `text` says what, value, limit and remedy. On hot paths give it as a function, so that nobody builds it in vain. */
export function assert(condition: unknown, text: string | (() => string)): asserts condition {
  if (!condition) throw new InvariantError(typeof text === 'string' ? text : text())
}
