import { randomBytes } from 'node:crypto'
import type { Role } from '../ports/identity.js'

/** Tokens kept at once; the oldest give way. Each connection that was accepted has one. */
export const RESUME_TOKENS_MAX = 20_000
const TOKEN_BYTES = 32

interface Kept {
  readonly accountId: string
  readonly role: Role
  /** The id of the session it resumes; 0 until the world has said which. */
  session: number
}

/** The secrets by which clients come back to their sessions. They come from the operating system and never enter the world's state. */
export class ResumeTokens {
  private readonly byToken = new Map<string, Kept>()
  private readonly bySocket = new Map<number, Kept>()

  issue(socket: number, accountId: string, role: Role): string {
    const token = randomBytes(TOKEN_BYTES).toString('hex')
    const kept: Kept = { accountId, role, session: 0 }
    this.byToken.set(token, kept)
    this.bySocket.set(socket, kept)
    for (const oldest of this.byToken.keys()) {
      if (this.byToken.size <= RESUME_TOKENS_MAX) break
      this.byToken.delete(oldest)
    }
    return token
  }

  /** The world has named the session that the connection plays. */
  name(socket: number, session: number): void {
    const kept = this.bySocket.get(socket)
    if (kept !== undefined) kept.session = session
    this.bySocket.delete(socket)
  }

  /** What the token stands for; each works once. */
  take(token: string): Readonly<Kept> | undefined {
    const kept = this.byToken.get(token)
    this.byToken.delete(token)
    return kept === undefined || kept.session === 0 ? undefined : kept
  }
}
