import { oneLine } from '../config.js'
import type { EdgeRequest } from '../net/edge-request.js'
import type { InboxEntry } from '../net/inbox.js'
import type { Identified, Identity } from '../ports/identity.js'
import type { Log } from '../ports/log.js'
import type { UnpackedRow } from '../ports/packed-rows.js'
import type { CharacterRow, Store } from '../ports/store.js'
import type { CommitQueue } from './commit-queue.js'
import { type Kept, ResumeTokens } from './resume-tokens.js'

/** A request that is answered through the inbox; the world closes sockets by another way. */
export type AskingRequest = Exclude<EdgeRequest, { kind: 'close' | 'welcomed' | 'ended' }>

/** A session that can be resumed, and what its account may do now. */
interface Earlier {
  readonly kept: Readonly<Kept>
  readonly outcome: Identified
}

export interface EdgeOptions {
  readonly identity: Identity
  readonly store: Store
  readonly commits: CommitQueue
  readonly log: Log
  /** Puts an answer into the inbox of a later tick. */
  readonly answer: (entry: InboxEntry) => void
  readonly isConnected: (session: number) => boolean
  /** The peer's IP address; '' when its socket is gone. */
  readonly addressOf: (session: number) => string
}

/**
 * Does for the world what takes time: asks identity and store, and puts each answer into the inbox. A session has at most one
 * request under way, so the sockets bound how many there are. What fails becomes a `failed` entry and a line in the log.
 */
export class Edge {
  readonly tokens = new ResumeTokens()
  /** Characters asked for: those whose newest state was not stored yet, and the others. */
  readonly loads = new Map([
    ['waiting', 0],
    ['store', 0],
  ])

  constructor(private readonly options: EdgeOptions) {}

  handle(request: AskingRequest): void {
    this.entryFor(request).then(
      (entry) => this.options.answer(entry),
      (error: unknown) => this.failed(request, oneLine(error)),
    )
  }

  private failed({ kind, session, seq }: AskingRequest, error: string): void {
    this.options.log.warn({ request: kind, session, error }, 'identity or store did not answer')
    this.options.answer({ kind: 'failed', session, seq })
  }

  private async entryFor(request: AskingRequest): Promise<InboxEntry> {
    const { store, commits } = this.options
    const { session, seq } = request
    switch (request.kind) {
      case 'verify':
        return this.identify(request)
      case 'characters':
        return { kind: 'characters', session, seq, created: null, list: await store.charactersOf(request.accountId) }
      case 'create': {
        if (commits.level === 2) return { kind: 'failed', session, seq }
        const created = await store.createCharacter(request.accountId, request.name, request.classId)
        const list = created.ok ? await store.charactersOf(request.accountId) : []
        return { kind: 'characters', session, seq, created, list }
      }
      case 'load': {
        if (commits.level === 2) return { kind: 'failed', session, seq }
        // Taken before the store is asked: what it commits in between is in its answer, what it has not yet is here.
        const newer = commits.pending(request.characterId)
        const from = newer === undefined ? 'store' : 'waiting'
        this.loads.set(from, (this.loads.get(from) ?? 0) + 1)
        const stored = await store.loadCharacter(request.accountId, request.characterId)
        return { kind: 'row', session, seq, row: stored === null ? null : overlaid(stored, newer) }
      }
    }
  }

  /** The earlier session that the token stands for, while it lives and its account may still play. */
  private async earlier(resume: string): Promise<Earlier | undefined> {
    const kept = this.tokens.find(resume)
    if (kept === undefined) return undefined
    const { accountId, role, generation } = kept
    const outcome = (await this.options.identity.stillAllows?.(accountId, role, generation)) ?? { ok: true, accountId, role }
    // Meanwhile the session may have ended, or gone on by a newer token.
    const works = this.tokens.find(resume) === kept
    return outcome.ok && works ? { kept, outcome: { ...outcome, generation } } : undefined
  }

  /** By the resume token of an earlier connection, else by the token itself: what has ended is no login. */
  private async identify({ session, seq, token, resume }: Extract<AskingRequest, { kind: 'verify' }>): Promise<InboxEntry> {
    const { identity, addressOf, isConnected } = this.options
    const earlier = resume === '' ? undefined : await this.earlier(resume)
    const found = earlier?.outcome ?? (await identity.verify(token, addressOf(session)))
    // Nobody is there to be told a new token.
    if (!isConnected(session)) return { kind: 'failed', session, seq }
    if (!found.ok) return { kind: 'identified', session, seq, outcome: found }
    const { accountId, role, generation = 0 } = found
    const resumeToken = this.tokens.issue(session, { accountId, role, generation }, earlier?.kept)
    // The generation stays here: the world and its recordings hear who somebody is, and not by which login.
    const outcome: Identified = { ok: true, accountId, role }
    return { kind: 'identified', session, seq, outcome, resumes: earlier?.kept.session ?? 0, resumeToken }
  }
}

/** A character may come back before its last row is stored. */
function overlaid(stored: CharacterRow, newer: UnpackedRow | undefined): CharacterRow {
  if (newer === undefined) return stored
  return { ...stored, level: newer.level, components: { ...stored.components, ...newer.components } }
}
