import { createHash, randomBytes } from 'node:crypto'
import type { Role } from '../ports/identity.js'
import type { SavedSession } from '../ports/store.js'

const TOKEN_BYTES = 32

interface Kept {
  readonly accountId: string
  readonly role: Role
  /** Of the login that its session began with. */
  readonly generation: number
  readonly hash: string
  /** The id of the session it resumes; 0 until the world has said which. */
  session: number
}

/** A token is as long as a key, so that a plain hash of it cannot be guessed back. */
const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex')

/**
 * The secrets by which clients come back to their sessions, each good as long as its session lives. They come from the operating system,
 * are known here by their hashes alone, and never enter the world's state. There is one for each session that lives, and none gives way to
 * another: how many there are is bounded by how many sessions may play or wait.
 */
export class ResumeTokens {
  private readonly byHash = new Map<string, Kept>()
  /** Issued, and of no session yet: these resume nothing. */
  private readonly bySocket = new Map<number, Kept>()
  /** The newest token of each session, kept until there is a newer one: the store may not have that yet. */
  private readonly bySession = new Map<number, Kept>()

  issue(socket: number, accountId: string, role: Role, generation: number): string {
    const token = randomBytes(TOKEN_BYTES).toString('hex')
    const kept: Kept = { accountId, role, generation, hash: hashOf(token), session: 0 }
    this.bySocket.set(socket, kept)
    return token
  }

  /** Sessions of an earlier run can be resumed by the tokens that their clients still have. */
  restore(sessions: readonly SavedSession[]): void {
    for (const { id, accountId, role, generation, tokenHash } of sessions) {
      if (tokenHash === '') continue
      const kept: Kept = { accountId, role, generation, hash: tokenHash, session: id }
      this.byHash.set(tokenHash, kept)
      this.bySession.set(id, kept)
    }
  }

  /** The world has named the session that the connection plays. */
  name(socket: number, session: number): void {
    const kept = this.bySocket.get(socket)
    this.bySocket.delete(socket)
    if (kept === undefined) return
    kept.session = session
    this.byHash.set(kept.hash, kept)
    this.bySession.set(session, kept)
  }

  /** The connection is gone: what it was issued and no session was named for is nobody's. */
  gone(socket: number): void {
    this.bySocket.delete(socket)
  }

  /** The session is over, and what its token stood for with it. */
  end(session: number): void {
    const kept = this.bySession.get(session)
    this.bySession.delete(session)
    if (kept !== undefined) this.byHash.delete(kept.hash)
  }

  /** Whether the session has a token, used or not. */
  lives(session: number): boolean {
    return this.bySession.has(session)
  }

  /** What lasts of the newest token of the session; an empty hash when it has none. */
  savedOf(session: number): Pick<SavedSession, 'tokenHash' | 'generation'> {
    const kept = this.bySession.get(session)
    return { tokenHash: kept?.hash ?? '', generation: kept?.generation ?? 0 }
  }

  /** What the token stands for; each works once. */
  take(token: string): Readonly<Kept> | undefined {
    const hash = hashOf(token)
    const kept = this.byHash.get(hash)
    this.byHash.delete(hash)
    return kept
  }

  /** What was taken has not been used: its token works again, if its session still lives. */
  giveBack(kept: Readonly<Kept>): void {
    if (!this.lives(kept.session)) return
    this.byHash.set(kept.hash, kept)
  }
}
