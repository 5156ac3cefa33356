import { MyriadError } from '../errors.js'

/** The server answered a call of the SDK with another code than `ok`. */
export class RefusedError extends MyriadError {
  constructor(
    opcode: string,
    /** The name of the result code. */
    readonly resultCode: string,
  ) {
    super('CONNECT_FAILED', `${opcode} was refused: ${resultCode}; the result codes of the protocol say what it means`)
  }
}

/** The connection was not there for what was asked, or went before the answer came. */
export const connectionError = (text: string, cause?: unknown): MyriadError => new MyriadError('CONNECT_FAILED', text, { cause })
