/**
 * The catalogue of coded errors: the world outside failed, or was given something it cannot use.
 * Every text says what, value, limit and remedy. A player's mistake is never one of these: it is a result code.
 */
export const errorCodes = {
  BAD_CONFIG: 'a flag, environment variable or configuration file has a value that cannot be used',
  BAD_CONTENT: 'a content file does not fit its schema or names something that does not exist',
  BAD_DECLARATION: 'components, opcodes or systems contradict each other',
  BAD_RECORDING: 'a recording cannot be read, or was made by another program, content or configuration',
  PORT_TAKEN: 'another process listens on the port',
  CONNECT_FAILED: 'a server cannot be reached or refused the session',
  STORE_FAILED: 'the store did not answer or refused',
  BAD_STORE: 'the store is no database of this program, is damaged, or was written by a newer version',
  WORLD_TAKEN: 'another server owns the world of this store',
} as const

export type ErrorCode = keyof typeof errorCodes

export class MyriadError extends Error {
  override readonly name = 'MyriadError'
  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
