import type { SavedSession, SessionChanges, SessionRow } from '../ports/store.js'

/** What is asked of a session. */
export interface Lasting {
  readonly id: number
  /** Its player may come back to it. */
  isLasting: boolean
  /** As it stands between two ticks; what waits for the store is answered `okCode`. */
  row(okCode: ResultCode): SessionRow
}

import type { ResultCode } from '../protocol/result-codes.js'

/**
 * Which sessions are newer than the store. Like the rest of a batch their rows are made when it is taken, so that the last seq of each, and
 * what its requests were answered, are committed with what the requests did, and however long the store fails no more waits than there
 * are sessions.
 */
export class SessionJournal {
  /** What is saved of a session's resume token; set by whoever issues tokens. */
  tokenOf: (sessionId: number) => Pick<SavedSession, 'tokenHash' | 'generation'> = () => ({ tokenHash: '', generation: 0 })
  private changed = new Set<Lasting>()
  private ended = new Set<number>()
  /** Ids that the store has a row of, or may have one. */
  private readonly known = new Set<number>()
  private taken: { readonly changed: ReadonlySet<Lasting>; readonly ended: ReadonlySet<number> } | null = null

  constructor(private readonly okCode: ResultCode) {}

  /** Its player may come back to it from now on. */
  begin(session: Lasting): void {
    session.isLasting = true
    this.changed.add(session)
  }

  /** It has done something. */
  mark(session: Lasting): void {
    if (session.isLasting) this.changed.add(session)
  }

  /** Nobody can come back to it any more. */
  end(session: Lasting): void {
    session.isLasting = false
    this.changed.delete(session)
    if (this.known.has(session.id)) this.ended.add(session.id)
  }

  /** The store has a row of each of them. */
  restored(ids: Iterable<number>): void {
    for (const id of ids) this.known.add(id)
  }

  /** All that has changed since the last time. Tell `stored` or `failed` before the next one. */
  take(): SessionChanges {
    const { changed, ended } = this
    this.taken = { changed, ended }
    this.changed = new Set()
    this.ended = new Set()
    const rows = [...changed].map((session) => {
      this.known.add(session.id)
      return { ...session.row(this.okCode), ...this.tokenOf(session.id) }
    })
    return { changed: rows, ended: [...ended] }
  }

  stored(): void {
    for (const id of this.taken?.ended ?? []) this.known.delete(id)
    this.taken = null
  }

  failed(): void {
    for (const session of this.taken?.changed ?? []) this.mark(session)
    for (const id of this.taken?.ended ?? []) this.ended.add(id)
    this.taken = null
  }
}
