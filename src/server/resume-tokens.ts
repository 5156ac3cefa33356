import { createHash, randomBytes } from 'node:crypto'
import type { Role } from '../ports/identity.js'
import type { SavedSession } from '../ports/store.js'

const TOKEN_BYTES = 32

/** What a token stands for. */
export interface Kept {
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

/** A token on its way to a client that may never get it. */
interface Issued {
  readonly kept: Kept
  /** The token by which the client came, if it came by one. */
  readonly cameBy: Readonly<Kept> | undefined
}

/**
 * The secrets by which clients come back to their sessions, each good as long as its session lives. They come from the operating system,
 * are known here by their hashes alone, and never enter the world's state. A session that lives has one, or two until its client is heard
 * over a new connection, and none gives way to another's: how many there are is bounded by how many sessions may play or wait.
 */
export class ResumeTokens {
  private readonly byHash = new Map<string, Readonly<Kept>>()
  /** Issued, and the connection has not been heard since; those of no session resume nothing. */
  private readonly bySocket = new Map<number, Issued>()
  /** The newest token of each session, and then the one by which its client came, until it is sure to have the newest. */
  private readonly bySession = new Map<number, readonly Readonly<Kept>[]>()

  issue(socket: number, who: Pick<Kept, 'accountId' | 'role' | 'generation'>, cameBy?: Readonly<Kept>): string {
    const token = randomBytes(TOKEN_BYTES).toString('hex')
    const { accountId, role, generation } = who
    this.bySocket.set(socket, { kept: { accountId, role, generation, hash: hashOf(token), session: 0 }, cameBy })
    return token
  }

  /** Sessions of an earlier run can be resumed by the tokens that their clients still have. */
  restore(sessions: readonly SavedSession[]): void {
    for (const { id, accountId, role, generation, tokenHash } of sessions)
      if (tokenHash !== '') this.put(id, [{ accountId, role, generation, hash: tokenHash, session: id }])
  }

  /** The world has named the session that the connection plays. What brought the client there works until it is heard. */
  name(socket: number, session: number): void {
    const issued = this.bySocket.get(socket)
    if (issued === undefined) return
    const { kept, cameBy } = issued
    kept.session = session
    this.put(session, cameBy === undefined ? [kept] : [kept, cameBy])
  }

  /** A frame has come over the connection: its client goes on from its welcome, and has the token that is in it. */
  heard(socket: number): void {
    const issued = this.bySocket.get(socket)
    if (issued === undefined || issued.kept.session === 0) return
    this.bySocket.delete(socket)
    const { kept } = issued
    // Another connection may have taken the session over since, or it may have ended.
    if (this.bySession.get(kept.session)?.[0] === kept) this.put(kept.session, [kept])
  }

  /** The connection is gone: what it was issued and no session was named for is nobody's. */
  gone(socket: number): void {
    this.bySocket.delete(socket)
  }

  /** The session is over, and what its tokens stood for with it. */
  end(session: number): void {
    this.put(session, [])
    this.bySession.delete(session)
  }

  /** What lasts of the newest token of the session; an empty hash when it has none. */
  savedOf(session: number): Pick<SavedSession, 'tokenHash' | 'generation'> {
    const newest = this.bySession.get(session)?.[0]
    return { tokenHash: newest?.hash ?? '', generation: newest?.generation ?? 0 }
  }

  /** What the token stands for, if it works. */
  find(token: string): Readonly<Kept> | undefined {
    return this.byHash.get(hashOf(token))
  }

  /** These tokens of the session work from now on, and no others. */
  private put(session: number, tokens: readonly Readonly<Kept>[]): void {
    for (const { hash } of this.bySession.get(session) ?? []) this.byHash.delete(hash)
    for (const kept of tokens) this.byHash.set(kept.hash, kept)
    this.bySession.set(session, tokens)
  }
}
