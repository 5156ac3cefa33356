import type { CloseReason } from './opcodes.js'

/** What the world asks of the edge. `session` is the socket. Answers come back through the inbox. */
export type EdgeRequest =
  | {
      readonly kind: 'verify'
      readonly session: number
      readonly seq: number
      readonly token: string
      /** The resume token of an earlier connection, or empty. */
      readonly resume: string
    }
  | { readonly kind: 'characters'; readonly session: number; readonly seq: number; readonly accountId: string }
  | {
      readonly kind: 'create'
      readonly session: number
      readonly seq: number
      readonly accountId: string
      readonly name: string
      readonly classId: number
    }
  | {
      readonly kind: 'load'
      readonly session: number
      readonly seq: number
      readonly accountId: string
      readonly characterId: number
    }
  /** The account of that socket is known, and this is the id of its session: what its resume token stands for. */
  | { readonly kind: 'welcomed'; readonly session: number; readonly id: number }
  /** Nobody can come back to the session of that id any more. */
  | { readonly kind: 'ended'; readonly id: number }
  | { readonly kind: 'close'; readonly session: number; readonly reason: CloseReason }
