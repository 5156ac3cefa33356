import type { Entity } from '../ecs/entities.js'
import { HASH_START, mix, mixText } from '../ecs/hash.js'
import { defineResource } from '../ecs/resource.js'
import type { ResultCode } from '../protocol/result-codes.js'

/** One use of a moderator's power. Entities are handles; the account ids last. */
export interface AuditEntry {
  readonly tick: number
  readonly actor: Entity
  /** Empty where no player's account is behind the entity. */
  readonly actorAccount: string
  /** The opcode's name. */
  readonly action: string
  readonly target: Entity
  readonly targetAccount: string
  readonly reason: string
  readonly code: ResultCode
}

/** Uses in one tick; over it the use is refused as `limit`, because nothing is done that is not written down. */
export const AUDIT_ENTRIES_MAX = 256

/**
 * What moderators did in the tick under way. Whoever steps the world takes the entries with `drain` after each tick, into
 * a log that is only appended to; entries of a tick before are dropped by the first of the next, so that a replay, which
 * drains nothing, fills up no sooner than the recorded world did.
 */
export class Audit {
  private entries: AuditEntry[] = []
  private tick = 0
  private writtenThisTick = 0
  private digest = HASH_START

  private begin(tick: number): void {
    if (tick === this.tick) return
    this.tick = tick
    this.writtenThisTick = 0
    this.entries = []
  }

  /** Whether another entry of that tick fits. Ask before acting. */
  hasRoom(tick: number): boolean {
    this.begin(tick)
    return this.writtenThisTick < AUDIT_ENTRIES_MAX
  }

  /** False, and nothing written, when `hasRoom` is false. */
  write(entry: AuditEntry): boolean {
    if (!this.hasRoom(entry.tick)) return false
    this.entries.push(Object.freeze({ ...entry }))
    this.writtenThisTick += 1
    this.digest = mixText(mix(mix(mix(this.digest, entry.tick), entry.actor), entry.target), entry.reason)
    return true
  }

  /** The entries since the last call, oldest first. */
  drain(): readonly AuditEntry[] {
    const { entries } = this
    this.entries = []
    return entries
  }

  hash(): number {
    return this.digest
  }
}

export const AuditResource = defineResource('Audit', { create: () => new Audit(), hash: (audit) => audit.hash() })
